import { Ending } from '../processes/Ending.ts';
import { Progress } from '../progress/Progress.ts';
import type { CheckResult, CheckStep } from './CheckStep.ts';
import { resultOfFindings } from './CheckStep.ts';
import { parseOptions, usage } from './options.ts';
import { runSteps, summarize } from './runSteps.ts';
import { steps } from './steps.ts';

function step(
  name: string,
  result: CheckResult | Error,
  needs?: string[],
): CheckStep {
  return {
    name,
    title: `${name} holds`,
    needs,
    run: async () => {
      if (result instanceof Error) {
        throw result;
      }
      return result;
    },
  };
}

const PASSED = { ok: true, output: '' };
const FAILED = { ok: false, output: 'wrong\n\nvery' };

describe('running steps', () => {
  it('runs all of them in order, whatever fails, and shows what failed', async () => {
    const written: string[] = [];
    const outcomes = await runSteps(
      [
        step('one', FAILED),
        step('two', new Error('broken')),
        step('three', { ...PASSED, output: 'unasked', figures: '3 of 4' }),
      ],
      { root: '.', fix: false, ending: new Ending() },
      new Progress({ write: text => written.push(text) }),
    );

    expect(outcomes).toEqual([
      { name: 'one', fixes: false, ok: false, output: 'wrong\n\nvery' },
      {
        name: 'two',
        fixes: false,
        ok: false,
        output: expect.stringMatching(/^Error: broken\n/),
      },
      {
        name: 'three',
        fixes: false,
        ok: true,
        output: 'unasked',
        figures: '3 of 4',
      },
    ]);
    expect(written.join('').replace(/ +at .*\n/g, '')).toBe(
      [
        '  one … failed after 0.0 s',
        '    wrong',
        '',
        '    very',
        '  two … failed after 0.0 s',
        '    Error: broken',
        '  three … 0.0 s',
        '    3 of 4',
        '',
      ].join('\n'),
    );
  });

  it('leaves out what has not begun when it is to end', async () => {
    const ending = new Ending();
    const outcomes = await runSteps(
      [
        {
          ...step('one', PASSED),
          run: async () => {
            ending.ask('SIGINT');
            return PASSED;
          },
        },
        step('two', PASSED),
      ],
      { root: '.', fix: false, ending },
      new Progress({ write: () => {} }),
    );

    expect(outcomes.map(({ name }) => name)).toEqual(['one']);
  });

  it('ends with what failed and how to run it again', () => {
    const outcome = (name: string, ok: boolean, fixes = false) => ({
      name,
      ok,
      fixes,
      output: '',
    });

    expect(
      summarize(
        [
          outcome('one', false),
          outcome('two', true, true),
          outcome('three', false, true),
        ],
        3800,
      ),
    ).toBe(
      [
        '2 of 3 checks failed in 3.8 s: one, three.',
        'Run them again with: npm run check -- --only one,three',
        'Put right what a tool can: npm run check -- --fix --only three',
      ].join('\n'),
    );
    expect(summarize([outcome('one', false)], 3800)).toBe(
      [
        '1 of 1 checks failed in 3.8 s: one.',
        'Run them again with: npm run check -- --only one',
      ].join('\n'),
    );
    expect(
      summarize([outcome('one', true), outcome('two', true)], 125_000),
    ).toBe('All 2 checks passed in 2 min 05 s.');
  });
});

describe('options', () => {
  const all = [
    step('types', PASSED),
    step('reports', PASSED, ['types']),
    step('lint', PASSED),
  ];
  const names = (args: string[]) =>
    parseOptions(args, all).steps.map(({ name }) => name);

  it('runs everything by default', () => {
    expect(names([])).toEqual(['types', 'reports', 'lint']);
  });

  it('runs the steps asked for, in the order of the list', () => {
    expect(names(['--only', 'lint', '--only', 'types'])).toEqual([
      'types',
      'lint',
    ]);
    expect(names(['--only=lint,types'])).toEqual(['types', 'lint']);
  });

  it('adds the steps that those need', () => {
    expect(names(['--only', 'reports'])).toEqual(['types', 'reports']);
  });

  it('fixes only when told to', () => {
    expect(parseOptions([], all).fix).toBe(false);
    expect(parseOptions(['--fix'], all).fix).toBe(true);
  });

  it.each([
    ['--only=lnt', 'There is no check lnt: did you mean lint?'],
    [
      '--only=elegance',
      'There is no check elegance. The checks are types, reports, lint.',
    ],
    ['--fast', 'There is no option --fast.'],
    ['lint', 'There is nothing to do with “lint”'],
    ['--only', 'The option --only needs a NAME.'],
  ])('does not take %s', (arg, sentence) => {
    expect(() => parseOptions([arg], all)).toThrow(sentence);
  });

  it('explains itself', () => {
    expect(usage(all)).toContain('  reports  reports holds');
  });
});

describe('findings', () => {
  it('pass when there is none', () => {
    expect(resultOfFindings([]).ok).toBe(true);
  });

  it('fail with a line for each', () => {
    expect(resultOfFindings(['a', 'b'])).toMatchObject({
      ok: false,
      output: '- a\n- b',
    });
  });
});

describe('the steps of this repository', () => {
  it('have names of their own and need only what comes before', () => {
    const known = new Set<string>();
    for (const { name, needs = [] } of steps) {
      expect(known).not.toContain(name);
      expect(needs.filter(needed => !known.has(needed))).toEqual([]);
      known.add(name);
    }
  });
});
