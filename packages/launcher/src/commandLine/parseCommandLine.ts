/*
 * The command line: options that are described once, for reading them and for
 * `--help`.
 */
import { parseArgs } from 'node:util';
import { LauncherError } from '../LauncherError.ts';
import { closest } from './closest.ts';

export type OptionSpec = {
  description: string;
  /** What the value is called in the help; without one it is a switch. */
  value?: string;
  /** May be given more than once. */
  multiple?: boolean;
};

export type CommandSpec = {
  name: string;
  summary: string;
  /** One line for each way to call it, without `npm …`. */
  usage: string[];
  options: Record<string, OptionSpec>;
  /** How many words may stand beside the options. */
  maxWords?: number;
  /** What follows a further `--` is passed on; says to whom. */
  passedOnTo?: string;
  examples?: Array<[command: string, meaning: string]>;
};

export type CommandLine = {
  switches: Set<string>;
  values: Map<string, string[]>;
  words: string[];
  passedOn: string[];
};

/** The last value given for an option. */
export function valueOf(line: CommandLine, name: string): string | undefined {
  return line.values.get(name)?.at(-1);
}

/**
 * Reads the arguments of a command.
 *
 * @throws LauncherError with exit code 2 for what the command does not know
 */
export function parseCommandLine(
  spec: CommandSpec,
  args: string[],
): CommandLine {
  const cut = spec.passedOnTo === undefined ? -1 : args.indexOf('--');
  const own = cut < 0 ? args : args.slice(0, cut);
  const options: Record<string, OptionSpec> = {
    ...spec.options,
    help: { description: 'Show this' },
  };
  const { tokens } = parseArgs({
    args: own,
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      Object.entries(options).map(([name, option]) => [
        name,
        {
          type: option.value ? ('string' as const) : ('boolean' as const),
          multiple: true,
        },
      ]),
    ),
  });
  const line: CommandLine = {
    switches: new Set(),
    values: new Map(),
    words: [],
    passedOn: cut < 0 ? [] : args.slice(cut + 1),
  };
  const refuse = (sentence: string): never => {
    throw new LauncherError(
      `${sentence} See \`npm ${scriptName(spec.name)} -- --help\`.`,
      { exitCode: 2 },
    );
  };
  for (const token of tokens) {
    if (token.kind === 'positional') {
      line.words.push(token.value);
    } else if (token.kind === 'option') {
      const option = Object.hasOwn(options, token.name)
        ? options[token.name]
        : undefined;
      if (!option) {
        const meant = closest(token.name, Object.keys(options));
        refuse(
          `There is no option ${token.rawName}${meant ? `: did you mean --${meant}?` : '.'}`,
        );
      } else if (!option.value) {
        if (token.value !== undefined) {
          refuse(`The option ${token.rawName} takes no value.`);
        }
        line.switches.add(token.name);
      } else {
        const { value } = token;
        if (value === undefined || value === '' || isOption(token, value)) {
          refuse(`The option ${token.rawName} needs a ${option.value}.`);
        } else {
          const before = line.values.get(token.name) ?? [];
          if (before.length > 0 && !option.multiple) {
            refuse(`The option ${token.rawName} is given more than once.`);
          }
          line.values.set(token.name, [...before, value]);
        }
      }
    }
  }
  if (line.words.length > (spec.maxWords ?? 0)) {
    const word = line.words[spec.maxWords ?? 0]!;
    const meant = closest(word, Object.keys(options));
    refuse(
      `There is nothing to do with “${word}”${meant ? `: did you mean --${meant}?` : '.'}`,
    );
  }
  return line;
}

/** `--port --host x`: the next option was taken for a value. */
function isOption(token: { inlineValue?: boolean }, value: string): boolean {
  return !token.inlineValue && value.startsWith('--');
}

/** How a command is called with npm. */
export function scriptName(command: string): string {
  return command === 'start' || command === 'test' ? command : `run ${command}`;
}

/** The text of `--help`. */
export function helpText(spec: CommandSpec): string {
  const script = `npm ${scriptName(spec.name)}`;
  const options = Object.entries({
    ...spec.options,
    help: { description: 'Show this' } as OptionSpec,
  }).map(([name, { value, description, multiple }]) => [
    `--${name}${value ? ` ${value}` : ''}`,
    `${description}${multiple ? ' (may be repeated)' : ''}`,
  ]);
  if (spec.passedOnTo) {
    options.push(['-- …', `What follows is passed on to ${spec.passedOnTo}`]);
  }
  const width = Math.max(...options.map(([left]) => left!.length)) + 2;
  const examples = (spec.examples ?? []).flatMap(([command, meaning]) => [
    `  ${script}${command ? ` -- ${command}` : ''}`,
    `      ${meaning}`,
  ]);
  return [
    spec.summary,
    '',
    ...spec.usage.map(usage => `  ${script}${usage ? ` -- ${usage}` : ''}`),
    '',
    'Options',
    ...options.map(([left, right]) => `  ${left!.padEnd(width)}${right}`),
    ...(examples.length > 0 ? ['', 'Examples', ...examples] : []),
  ].join('\n');
}
