/** Who has which role of a project: any number of changes in one command. */
import { CommandRejectedError } from '@callboard/plugin-eventstore-common';
import {
  projectIdSchema,
  refusal,
  roleKeySchema,
  subjectIdSchema,
  timestampSchema,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { grantRoles } from '../domain/access/grantRoles';
import { revokeRoles } from '../domain/access/revokeRoles';
import { projectAggregate } from '../domain/project/project';
import { read, type UnitOfWork } from '../domain/unitOfWork';
import type { Caller } from '../queries/Authorizer';
import { defineCommand } from './defineCommand';
import type { GrantChange } from './grantRequirements';
import type { HandedOut } from './handedOut';
import {
  organizationOfSubject,
  projectPatternsOf,
  whereGranted,
} from './holdings';
import { atField } from './refusals';

/** Each needs up to three aggregates of the thousand in one append. */
const MAX_CHANGES = 300;

const changes = z
  .array(
    z.strictObject({
      subject: subjectIdSchema,
      project: projectIdSchema,
      role: roleKeySchema,
      granted: z.boolean(),
      expiresAt: timestampSchema.optional(),
    }),
  )
  .min(1)
  .max(MAX_CHANGES);

/** A change, and its place in the command. */
type Placed = GrantChange & { readonly at: number };

/** All changes of one subject in one project. */
type Cell = readonly [Placed, ...Placed[]];

function cellsOf(all: readonly GrantChange[]): Cell[] {
  const cells = new Map<string, [Placed, ...Placed[]]>();
  const roles = new Set<string>();
  all.forEach((each, at) => {
    const cell = `${each.subject} ${each.project}`;
    if (roles.has(`${cell} ${each.role}`)) {
      throw refusal('iam.input.duplicate', `changes.${at}.role`);
    }
    roles.add(`${cell} ${each.role}`);
    const placedChange = { ...each, at };
    const known = cells.get(cell);
    if (known) {
      known.push(placedChange);
    } else {
      cells.set(cell, [placedChange]);
    }
  });
  return [...cells.values()];
}

function* changeCell(cell: Cell): UnitOfWork {
  const [{ subject, project }] = cell;
  const granted = cell.filter(each => each.granted);
  const revoked = cell.filter(each => !each.granted);
  if (revoked.length > 0) {
    yield* placed(revoked, () =>
      revokeRoles({
        subject,
        project,
        roles: revoked.map(({ role }) => role),
        because: 'revoked',
      }),
    );
  }
  if (granted.length > 0) {
    yield* placed(granted, () =>
      grantRoles({
        subject,
        project,
        roles: granted.map(({ role, expiresAt }) => ({ key: role, expiresAt })),
      }),
    );
  }
}

/** Says which of the changes a refusal is about. */
function* placed(all: readonly Placed[], work: () => UnitOfWork): UnitOfWork {
  try {
    yield* work();
  } catch (error) {
    if (!(error instanceof CommandRejectedError)) {
      throw error;
    }
    const [, place = '0', rest] =
      /^roles\.(\d+)(?:\.(\w+))?$/.exec(error.field ?? '') ?? [];
    const { at } = all[Number(place)]!;
    const part = rest === undefined || rest === 'key' ? undefined : rest;
    const field =
      error.field === undefined || error.field.startsWith('roles')
        ? (part ?? 'role')
        : error.field;
    throw atField(error, `changes.${at}.${field}`);
  }
}

function* handedOutBy(
  { subject, project, role, at }: Placed,
  caller: Caller,
): UnitOfWork<HandedOut> {
  const state = yield* read(projectAggregate, project);
  const organization = yield* organizationOfSubject(subject);
  return {
    scope: whereGranted(project, state.organization, organization!),
    patterns: (state.roles.get(role)?.permissions ?? []).map(
      ({ pattern }) => pattern,
    ),
    field: `changes.${at}.role`,
    alsoHeld:
      caller.kind === 'user'
        ? yield* projectPatternsOf(caller.user, project)
        : [],
  };
}

export const grantCommands = {
  /** Cells of the access matrix as they are to be: all of them, or none. */
  changeGrants: defineCommand({
    input: z.strictObject({ changes }),
    *handsOut({ changes: all }, caller) {
      const handedOut: HandedOut[] = [];
      for (const [at, each] of all.entries()) {
        if (each.granted) {
          handedOut.push(yield* handedOutBy({ ...each, at }, caller));
        }
      }
      return handedOut;
    },
    *decide({ changes: all }) {
      for (const cell of cellsOf(all)) {
        yield* changeCell(cell);
      }
    },
  }),
};
