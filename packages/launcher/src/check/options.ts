import { closest } from '../commandLine/closest.ts';
import { helpText, parseCommandLine } from '../commandLine/parseCommandLine.ts';
import type { CommandSpec } from '../commandLine/parseCommandLine.ts';
import { LauncherError } from '../LauncherError.ts';
import type { CheckStep } from './CheckStep.ts';

const spec: CommandSpec = {
  name: 'check',
  summary: 'Judges everything about the code that a machine can judge.',
  usage: ['[--only NAME]… [--fix]'],
  options: {
    only: {
      value: 'NAME',
      multiple: true,
      description: 'Run one check and what it needs; several by commas',
    },
    fix: { description: 'Put right what a tool can put right' },
  },
};

export interface CheckOptions {
  steps: CheckStep[];
  fix: boolean;
  help: boolean;
}

/**
 * Reads the arguments of `npm run check`.
 *
 * @param all - every check there is, in order
 * @throws LauncherError with exit code 2 for an unknown option or check
 */
export function parseOptions(args: string[], all: CheckStep[]): CheckOptions {
  const { values, switches } = parseCommandLine(spec, args);
  const wanted = (values.get('only') ?? [])
    .flatMap(names => names.split(','))
    .map(name => name.trim());
  const names = all.map(({ name }) => name);
  const unknown = wanted.find(name => !names.includes(name));
  if (unknown !== undefined) {
    const meant = closest(unknown, names);
    throw new LauncherError(
      meant
        ? `There is no check ${unknown}: did you mean ${meant}?`
        : `There is no check ${unknown}. The checks are ${names.join(', ')}.`,
      { exitCode: 2 },
    );
  }
  return {
    steps: withNeeded(wanted, all),
    fix: switches.has('fix'),
    help: switches.has('help'),
  };
}

/** The checks of these names and those they need; all of them for no name. */
function withNeeded(names: string[], all: CheckStep[]): CheckStep[] {
  if (names.length === 0) {
    return all;
  }
  const chosen = new Set<string>();
  const choose = (name: string) => {
    if (!chosen.has(name)) {
      chosen.add(name);
      all.find(step => step.name === name)?.needs?.forEach(choose);
    }
  };
  names.forEach(choose);
  return all.filter(step => chosen.has(step.name));
}

/** The text of `npm run check -- --help`. */
export function usage(all: CheckStep[]): string {
  const width = Math.max(...all.map(step => step.name.length)) + 2;
  return [
    helpText(spec),
    '',
    'Checks',
    ...all.map(({ name, title }) => `  ${name.padEnd(width)}${title}`),
  ].join('\n');
}
