import {
  groupAdded,
  groupChanged,
  groupMetadataRemoved,
  groupMetadataSet,
  groupRemovalStarted,
  groupRemoved,
} from '@callboard/plugin-iam-common';
import { ids } from '../__testUtils__/scene';
import { specifyCommands } from '../__testUtils__/specifyCommands';
import { groupRemovalStageCompleted } from './events';
import { groupAggregate } from './group';

const organization = ids.organization();
const content = { name: 'Night shift', slug: 'night-shift' };
const added = groupAdded.of({ organization, ...content });
const removing = [added, groupRemovalStarted.of({})];
const emptied = [
  ...removing,
  groupRemovalStageCompleted.of({ stage: 'members' }),
];

specifyCommands(
  groupAggregate,
  {
    Add: [
      {
        it: 'adds',
        with: { organization, ...content },
        then: [added],
        again: 'iam.group.exists',
      },
      {
        it: 'refuses the id of something else',
        with: { ...content, organization: ids.group() },
        refused: ['iam.input.wrong_kind', 'organization'],
      },
    ],
    Change: [
      {
        it: 'changes',
        given: [added],
        with: { ...content, description: 'From ten to six' },
        then: [groupChanged.of({ ...content, description: 'From ten to six' })],
      },
      { it: 'needs a group', with: content, refused: 'iam.group.not_found' },
      {
        it: 'is refused while it is removed',
        given: removing,
        with: content,
        refused: 'iam.group.removing',
      },
    ],
    SetMetadata: [
      {
        it: 'sets',
        given: [added],
        with: { key: 'k', value: 'v' },
        then: [groupMetadataSet.of({ key: 'k', value: 'v' })],
      },
      {
        it: 'has room for 50',
        given: [
          added,
          ...Array.from({ length: 50 }, (_, n) =>
            groupMetadataSet.of({ key: `k${n}`, value: 'v' }),
          ),
        ],
        with: { key: 'k50', value: 'v' },
        refused: ['iam.group.too_much_metadata', 'key'],
      },
    ],
    RemoveMetadata: [
      {
        it: 'removes',
        given: [added, groupMetadataSet.of({ key: 'k', value: 'v' })],
        with: { key: 'k' },
        then: [groupMetadataRemoved.of({ key: 'k' })],
      },
    ],
    StartRemoval: [
      { it: 'starts', given: [added], then: [groupRemovalStarted.of({})] },
      { it: 'needs a group', refused: 'iam.group.not_found' },
    ],
    CompleteRemovalStage: [
      {
        it: 'completes',
        given: removing,
        with: { stage: 'members' },
        then: [groupRemovalStageCompleted.of({ stage: 'members' })],
      },
      {
        it: 'needs a removal',
        given: [added],
        with: { stage: 'members' },
        refused: 'iam.group.not_removing',
      },
    ],
    FinishRemoval: [
      { it: 'finishes', given: emptied, then: [groupRemoved.of({})] },
      {
        it: 'waits for every stage',
        given: removing,
        refused: 'iam.group.removing',
      },
      {
        it: 'needs a removal',
        given: [added],
        refused: 'iam.group.not_removing',
      },
    ],
  },
  { begins: ['Add'], gone: [...emptied, groupRemoved.of({})] },
);
