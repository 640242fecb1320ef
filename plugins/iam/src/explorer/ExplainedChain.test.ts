import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import {
  ChainSchema,
  RoleConditionSchema,
} from '@callboard/plugin-iam-common/api';
import {
  conditionInWords,
  obstacleInWords,
  toExplainedChain,
  type Part,
  type Step,
} from './ExplainedChain';

const decided = (position: number) => ({
  position: BigInt(position),
  eventId: 'e',
  type: 'iam.access.role_granted',
  at: timestampFromMs(position * 1000),
  actor: 'user:iam.user/boss',
});

const words = ({ parts }: Step) => parts.map(wordsOf).join('');

function wordsOf(part: Part): string {
  if ('object' in part) {
    return `<${part.object}>`;
  }
  return 'code' in part ? `\`${part.code}\`` : part.text;
}

it('tells each step of a chain, with the event that made it so', () => {
  const { steps, since } = toExplainedChain(
    create(ChainSchema, {
      since: timestampFromMs(4_000),
      links: [
        {
          link: {
            case: 'membership',
            value: { member: 'iam.user/ada', group: 'iam.group/platform' },
          },
          decided: decided(1),
        },
        {
          link: {
            case: 'grant',
            value: {
              holder: 'iam.group/platform',
              project: 'iam.project/shop',
              role: 'releaser',
              organization: 'iam.organization/b',
              expiresAt: timestampFromMs(9_000),
            },
          },
          decided: decided(3),
        },
        {
          link: {
            case: 'delegation',
            value: {
              project: 'iam.project/shop',
              organization: 'iam.organization/b',
            },
          },
          decided: decided(2),
        },
        {
          link: {
            case: 'role',
            value: {
              of: 'iam.project/shop',
              role: 'releaser',
              name: 'Releaser',
              patterns: ['deploy.*', '*.create'],
            },
          },
        },
      ],
    }),
  );

  expect(steps.map(words)).toEqual([
    '<iam.user/ada> is in <iam.group/platform>',
    '<iam.group/platform> has the role `releaser` of <iam.project/shop>',
    'roles of <iam.project/shop> are delegated to <iam.organization/b>',
    'Releaser carries `deploy.*`, `*.create`',
  ]);
  expect(steps.map(({ decision }) => decision?.position)).toEqual([
    1,
    3,
    2,
    undefined,
  ]);
  expect(steps[1]).toMatchObject({
    until: 9_000,
    decision: { at: 3_000, by: 'user:iam.user/boss' },
  });
  expect(since).toBe(4_000);
});

it('says in words what keeps a chain from holding', () => {
  const { obstacles } = toExplainedChain(
    create(ChainSchema, { obstacles: ['expired', 'project_inactive'] }),
  );

  expect(obstacles).toEqual(['its time is over', 'the project is inactive']);
  // One that the server learns of later is shown all the same.
  expect(obstacleInWords('moon_is_full')).toBe('moon is full');
});

it.each([
  [{ case: 'owned', value: {} }, 'what they or a group of theirs own'],
  [
    { case: 'tagged', value: { words: ['java', 'go'] } },
    'what is tagged java or go',
  ],
  [{ case: 'kind', value: { words: ['API'] } }, 'entities of the kind API'],
] as const)('says %j in words', (condition, said) => {
  expect(
    conditionInWords(
      create(RoleConditionSchema, {
        condition:
          condition.case === 'owned'
            ? condition
            : {
                case: condition.case,
                value: { words: [...condition.value.words] },
              },
      }),
    ),
  ).toBe(said);
});
