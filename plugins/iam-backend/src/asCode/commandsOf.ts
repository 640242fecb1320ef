/** The commands that make a change. */
import type { UserId } from '@callboard/plugin-iam-common';
import type { CommandName } from '../commands/commandPermissions';
import type { Change } from './plan';
import type { Resource, Subject } from './resources';

/** Ids of what the names of a plan stand for. */
export interface Ids {
  /** `undefined`: the instance. */
  idOf(key: string | null | undefined): string;
  user(name: string): UserId;
}

export interface Step {
  readonly command: CommandName;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * @param idOf - of what is made, `undefined` until it is; asked for again for
 * the commands that follow the first
 */
export function* commandsOf(change: Change, ids: Ids): Generator<Step> {
  const { action, resource } = change;
  switch (action) {
    case 'create':
      yield creation(resource, ids);
      yield* fieldCommands(change, ids);
      break;
    case 'change':
      yield* changes(change, ids);
      break;
    default:
      yield removal(resource, ids);
  }
}

function subjectId(subject: Subject | undefined, ids: Ids): string {
  return subject && 'user' in subject
    ? ids.user(subject.user)
    : ids.idOf(subject?.group);
}

/** Name, description and the like, without what there is none of. */
function content({ refs, fields }: Resource, ...names: string[]) {
  return Object.fromEntries(
    names
      .map(name => [name, name === 'slug' ? refs.name : fields[name]])
      .filter(([, value]) => value !== null && value !== undefined),
  );
}

const member = ({ refs }: Resource, ids: Ids) => ({
  group: ids.idOf(refs.group),
  user: subjectId(refs.subject, ids),
});
const nesting = ({ refs }: Resource, ids: Ids) => ({
  parent: ids.idOf(refs.group),
  child: subjectId(refs.subject, ids),
});
const delegation = ({ refs }: Resource, ids: Ids) => ({
  project: ids.idOf(refs.project),
  organization: ids.idOf(refs.organization),
});
const assignment = ({ refs }: Resource, ids: Ids) => ({
  scope: ids.idOf(refs.scope),
  subject: subjectId(refs.subject, ids),
  role: refs.builtIn ?? ids.idOf(refs.role),
});
const role = (of: Resource, ids: Ids) => ({
  project: ids.idOf(of.refs.project),
  key: of.refs.name,
  permissions: [],
  ...content(of, 'name', 'description', 'permissions'),
});

function grant(of: Resource, ids: Ids, granted: boolean): Step {
  const { refs } = of;
  return {
    command: 'changeGrants',
    input: {
      changes: [
        {
          subject: subjectId(refs.subject, ids),
          project: ids.idOf(refs.project),
          role: refs.name,
          granted,
          ...(granted ? content(of, 'expiresAt') : {}),
        },
      ],
    },
  };
}

function creation(of: Resource, ids: Ids): Step {
  const organization = () => ids.idOf(of.refs.organization);
  switch (of.kind) {
    case 'organization':
      return {
        command: 'createOrganization',
        input: content(of, 'name', 'slug'),
      };
    case 'administrator_role':
      return {
        command: 'createAdministratorRole',
        input: {
          ...(of.refs.organization ? { organization: organization() } : {}),
          key: of.refs.name,
          ...content(of, 'level', 'name', 'description', 'permissions'),
        },
      };
    case 'project':
    case 'group':
      return {
        command: of.kind === 'group' ? 'createGroup' : 'createProject',
        input: {
          organization: organization(),
          ...content(of, 'name', 'slug', 'description'),
        },
      };
    case 'role':
      return { command: 'addRole', input: role(of, ids) };
    case 'subgroup':
      return { command: 'addSubgroup', input: nesting(of, ids) };
    case 'delegation':
      return {
        command: 'delegateProject',
        input: { ...delegation(of, ids), ...content(of, 'roles') },
      };
    case 'member':
      return { command: 'addMember', input: member(of, ids) };
    case 'grant':
      return grant(of, ids, true);
    default:
      return {
        command: 'assignAdministrator',
        input: { ...assignment(of, ids), ...content(of, 'expiresAt') },
      };
  }
}

function* changes(change: Change, ids: Ids): Generator<Step> {
  const { resource: of, fields } = change;
  const isContent = fields.some(
    ({ field }) => field !== 'active' && !field.startsWith('metadata.'),
  );
  switch (of.kind) {
    case 'organization':
      if (isContent) {
        yield {
          command: 'renameOrganization',
          input: { organization: ids.idOf(of.key), ...content(of, 'name') },
        };
      }
      break;
    case 'project':
    case 'group':
      if (isContent) {
        yield {
          command: of.kind === 'group' ? 'changeGroup' : 'changeProject',
          input: {
            [of.kind]: ids.idOf(of.key),
            ...content(of, 'name', 'slug', 'description'),
          },
        };
      }
      break;
    case 'administrator_role':
      yield {
        command: 'changeAdministratorRole',
        input: {
          administratorRole: ids.idOf(of.key),
          ...content(of, 'name', 'description', 'permissions'),
        },
      };
      break;
    case 'role':
      yield { command: 'changeRole', input: role(of, ids) };
      break;
    case 'delegation':
      yield {
        command: 'changeDelegation',
        input: { ...delegation(of, ids), ...content(of, 'roles') },
      };
      break;
    default:
      // Only their end can change, and they are given anew with another one.
      yield creation(of, ids);
  }
  yield* fieldCommands(change, ids);
}

/** What has commands of its own: metadata, and being active. */
function* fieldCommands(
  { resource: of, fields }: Change,
  ids: Ids,
): Generator<Step> {
  if (
    of.kind !== 'organization' &&
    of.kind !== 'project' &&
    of.kind !== 'group'
  ) {
    return;
  }
  const id = () => ({ [of.kind]: ids.idOf(of.key) });
  const isGroup = of.kind === 'group';
  for (const { field, after } of fields) {
    if (field === 'active' && of.kind !== 'group') {
      yield { command: standing(of.kind, after === true), input: id() };
    } else if (field.startsWith('metadata.')) {
      const key = field.slice('metadata.'.length);
      yield after === undefined
        ? {
            command: isGroup
              ? 'removeGroupMetadata'
              : 'removeOrganizationMetadata',
            input: { ...id(), key },
          }
        : {
            command: isGroup ? 'setGroupMetadata' : 'setOrganizationMetadata',
            input: { ...id(), key, value: after },
          };
    }
  }
}

function removal(of: Resource, ids: Ids): Step {
  switch (of.kind) {
    case 'organization':
      return {
        command: 'removeOrganization',
        input: { organization: ids.idOf(of.key) },
      };
    case 'administrator_role':
      return {
        command: 'removeAdministratorRole',
        input: {
          administratorRole: ids.idOf(of.key),
          withAssignments: true,
        },
      };
    case 'project':
      return { command: 'removeProject', input: { project: ids.idOf(of.key) } };
    case 'group':
      return { command: 'removeGroup', input: { group: ids.idOf(of.key) } };
    case 'role':
      return {
        command: 'removeRole',
        input: {
          project: ids.idOf(of.refs.project),
          key: of.refs.name,
          withGrants: true,
        },
      };
    case 'subgroup':
      return { command: 'removeSubgroup', input: nesting(of, ids) };
    case 'delegation':
      return { command: 'endDelegation', input: delegation(of, ids) };
    case 'member':
      return { command: 'removeMember', input: member(of, ids) };
    case 'grant':
      return grant(of, ids, false);
    default:
      return { command: 'unassignAdministrator', input: assignment(of, ids) };
  }
}

function standing(
  kind: 'organization' | 'project',
  active: boolean,
): CommandName {
  if (kind === 'project') {
    return active ? 'reactivateProject' : 'deactivateProject';
  }
  return active ? 'reactivateOrganization' : 'deactivateOrganization';
}
