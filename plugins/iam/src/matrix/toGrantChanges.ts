import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { ChangeGrantsRequestSchema } from '@callboard/plugin-iam-common/api';
import type { Edit } from './Editing';

/** All edits as one command: all of them are done, or none. */
export function toGrantChanges(
  project: string,
  edits: readonly Edit[],
): MessageInitShape<typeof ChangeGrantsRequestSchema> {
  return {
    changes: edits.map(({ subject, role, wanted }) => ({
      subject: subject.id,
      project,
      role: role.key,
      granted: wanted.granted,
      expiresAt:
        wanted.granted && wanted.expiresAt !== undefined
          ? timestampFromMs(wanted.expiresAt)
          : undefined,
    })),
  };
}

/**
 * Which edit a refused field belongs to: `changes[3].role` is the fourth's.
 */
export function editAtField(
  field: string,
  edits: readonly Edit[],
): Edit | undefined {
  const place = /^changes(?:\[(\d+)\]|\.(\d+))/.exec(field);
  return place ? edits[Number(place[1] ?? place[2])] : undefined;
}
