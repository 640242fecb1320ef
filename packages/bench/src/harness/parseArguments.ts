import { parseArgs } from 'node:util';

/** What was asked for. */
export interface Arguments {
  /** Which benches to run; none: say which there are. */
  readonly names: readonly string[];
  /** Where to write the rows as JSON. */
  readonly json?: string;
  /** Only the measurements whose id begins with one of these. */
  readonly only: readonly string[];
  /** How often each figure is taken; its median is reported. */
  readonly rounds: number;
}

/** Something is wrong with the command line; the message says what. */
export class ArgumentsError extends Error {
  override readonly name = 'ArgumentsError';
}

const FEWEST_ROUNDS = 3;

/**
 * Reads the command line.
 *
 * @param known - the benches there are
 * @throws ArgumentsError
 */
export function parseArguments(
  args: readonly string[],
  known: readonly string[],
): Arguments {
  const { values, positionals } = parse(args);
  const stranger = positionals.find(name => !known.includes(name));
  if (stranger !== undefined) {
    throw new ArgumentsError(
      `There is no bench '${stranger}'; there is ${known.join(', ')}`,
    );
  }
  const rounds = Number(values.rounds ?? FEWEST_ROUNDS);
  if (!Number.isSafeInteger(rounds) || rounds < FEWEST_ROUNDS) {
    throw new ArgumentsError(
      `--rounds must be a whole number from ${FEWEST_ROUNDS}`,
    );
  }
  return {
    names: [...new Set(positionals)],
    json: values.json,
    only: values.only ?? [],
    rounds,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        only: { type: 'string', multiple: true },
        rounds: { type: 'string' },
      },
    });
  } catch (error) {
    throw new ArgumentsError((error as Error).message);
  }
}
