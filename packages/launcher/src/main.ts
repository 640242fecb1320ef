/*
 * The commands behind `npm start`, `npm test` and the others; bootstrap.mjs
 * starts this under the right Node.js. Wiring only.
 */
import { closest } from './commandLine/closest.ts';
import {
  helpText,
  parseCommandLine,
  scriptName,
} from './commandLine/parseCommandLine.ts';
import type { Command } from './commands/Command.ts';
import { benchSpec } from './commands/benchSpec.ts';
import { devSpec } from './commands/devSpec.ts';
import { startSpec } from './commands/startSpec.ts';
import { testSpec } from './commands/testSpec.ts';
import { endAs } from './endAs.ts';
import { LauncherError } from './LauncherError.ts';
import { Ending } from './processes/Ending.ts';
import { Progress } from './progress/Progress.ts';

const commands: Record<string, Command> = {
  start: {
    spec: startSpec,
    load: async () => (await import('./commands/start.ts')).start,
  },
  test: {
    spec: testSpec,
    load: async () => (await import('./commands/test.ts')).test,
  },
  dev: {
    spec: devSpec,
    load: async () => (await import('./commands/dev.ts')).dev,
  },
  bench: {
    spec: benchSpec,
    load: async () => (await import('./commands/bench.ts')).bench,
  },
};

/** Commands that read their own arguments. */
const passThrough: Record<
  string,
  () => Promise<
    (
      args: string[],
      context: { progress: Progress; ending: Ending },
    ) => Promise<number>
  >
> = {
  check: async () => (await import('./commands/check.ts')).check,
  yarn: async () => (await import('./commands/yarn.ts')).runYarn,
};

async function run(
  [name = '', ...args]: string[],
  context: { progress: Progress; ending: Ending },
): Promise<number> {
  if (Object.hasOwn(passThrough, name)) {
    return (await passThrough[name]!())(args, context);
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) {
    const known = [...Object.keys(commands), ...Object.keys(passThrough)];
    const meant = closest(name, known);
    throw new LauncherError(
      meant
        ? `There is no command ${name}: did you mean npm ${scriptName(meant)}?`
        : `The commands are ${known.map(entry => `npm ${scriptName(entry)}`).join(', ')}.`,
      { exitCode: 2 },
    );
  }
  const line = parseCommandLine(command.spec, args);
  if (line.switches.has('help')) {
    console.log(helpText(command.spec));
    return 0;
  }
  return (await command.load())(line, context);
}

const ending = new Ending();
ending.listen();
const begun = Number(process.env.CALLBOARD_BEGUN) || Date.now();
const progress = new Progress(process.stdout, begun);
delete process.env.CALLBOARD_BEGUN;

endAs(run(process.argv.slice(2), { progress, ending }), ending);
