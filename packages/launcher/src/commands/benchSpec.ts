import type { CommandSpec } from '../commandLine/parseCommandLine.ts';

export const benchSpec: CommandSpec = {
  name: 'bench',
  summary: 'Measures a part of Callboard beside a named peer, in one run.',
  usage: ['NAME [--json FILE]', '(without a name: which there are)'],
  options: {
    json: { value: 'FILE', description: 'Also write the figures to a file' },
  },
  maxWords: 1,
  passedOnTo: 'the benchmark',
};
