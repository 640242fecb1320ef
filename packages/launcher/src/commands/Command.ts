import type {
  CommandLine,
  CommandSpec,
} from '../commandLine/parseCommandLine.ts';
import type { Progress } from '../progress/Progress.ts';
import type { Ending } from '../processes/Ending.ts';

export type CommandContext = { progress: Progress; ending: Ending };

/** What a command does once its line has been read. Gives back the exit code. */
export type RunCommand = (
  line: CommandLine,
  context: CommandContext,
) => Promise<number>;

export type Command = {
  spec: CommandSpec;
  /**
   * Loaded when it is run: before the dependencies are installed, only what
   * needs none can be loaded.
   */
  load: () => Promise<RunCommand>;
};
