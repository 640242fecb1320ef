import { parseArgs } from 'node:util';
import type { CheckStep } from './CheckStep.ts';

export interface CheckOptions {
  steps: CheckStep[];
  fix: boolean;
  help: boolean;
}

/** The command line can't be understood; the message says what to write instead. */
export class CheckUsageError extends Error {
  override name = 'CheckUsageError';
}

/**
 * Reads the arguments of `npm run check`.
 *
 * @param args - without `node` and the script
 * @param all - every step there is, in order
 * @throws CheckUsageError for an unknown option or step
 */
export function parseOptions(args: string[], all: CheckStep[]): CheckOptions {
  const { only, fix, help } = parse(args);
  const wanted = only.flatMap(names => names.split(',')).map(n => n.trim());
  const unknown = wanted.find(name => !all.some(step => step.name === name));
  if (unknown !== undefined) {
    throw new CheckUsageError(
      `There is no step "${unknown}". Steps: ${all.map(s => s.name).join(', ')}.`,
    );
  }
  return { steps: withNeeded(wanted, all), fix, help };
}

function parse(args: string[]): {
  only: string[];
  fix: boolean;
  help: boolean;
} {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string', multiple: true, default: [] },
        fix: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    return values;
  } catch (error) {
    throw new CheckUsageError((error as Error).message);
  }
}

/** The steps of these names and those they need; all of them for no name. */
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
  const width = Math.max(...all.map(step => step.name.length));
  return [
    'npm run check                    everything below',
    'npm run check -- --only NAME     one step and those it needs; repeat, or separate by commas',
    'npm run check -- --fix           also put right what a tool can put right',
    '',
    ...all.map(step => `  ${step.name.padEnd(width)}  ${step.title}`),
  ].join('\n');
}
