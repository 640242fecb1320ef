import type { CommandSpec } from '../commandLine/parseCommandLine.ts';

export const testSpec: CommandSpec = {
  name: 'test',
  summary:
    'Runs the tests: unit and integration on a real PostgreSQL, then end to end in Chromium.',
  usage: ['[options] [-- …]', '--changed [BASE]'],
  options: {
    workspace: {
      value: 'NAME|PATH',
      description: 'Only that workspace’s tests, without the end-to-end ones',
      multiple: true,
    },
    changed: {
      description:
        'Only what changes since BASE can affect (default: what is not committed)',
    },
    unit: { description: 'Without the end-to-end tests' },
    e2e: { description: 'Only the end-to-end tests' },
  },
  maxWords: 1,
  passedOnTo: 'jest, or with --e2e to Playwright',
  examples: [
    ['--workspace packages/launcher', 'The tests of one workspace'],
    ['--changed main', 'What differs from the branch main'],
    ['--unit -- -t "keeps data"', 'Tests of that name'],
  ],
};
