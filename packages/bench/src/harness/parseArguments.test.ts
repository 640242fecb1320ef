import { ArgumentsError, parseArguments } from './parseArguments';

const known = ['eventstore', 'rollout'];
const parse = (...args: string[]) => parseArguments(args, known);

describe('parseArguments', () => {
  it('takes names and options in any order', () => {
    expect(
      parse('--json', 'rows.json', 'rollout', '--rounds=5', '--only', 'idle'),
    ).toEqual({
      names: ['rollout'],
      json: 'rows.json',
      only: ['idle'],
      rounds: 5,
    });
  });

  it('takes three rounds of everything when nothing else is said', () => {
    expect(parse()).toEqual({
      names: [],
      json: undefined,
      only: [],
      rounds: 3,
    });
  });

  it('runs a bench once that is named twice', () => {
    expect(parse('rollout', 'rollout').names).toEqual(['rollout']);
  });

  it('names the bench that does not exist, and those that do', () => {
    expect(() => parse('evenstore')).toThrow(
      "There is no bench 'evenstore'; there is eventstore, rollout",
    );
  });

  it.each([
    [['--rounds', '2']],
    [['--rounds', '3.5']],
    [['--rounds', 'many']],
    [['--json']],
    [['--faster']],
  ])('refuses %j', args => {
    expect(() => parse(...args)).toThrow(ArgumentsError);
  });
});
