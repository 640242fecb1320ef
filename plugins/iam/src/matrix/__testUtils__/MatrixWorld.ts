import { ConnectError, Code } from '@connectrpc/connect';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampMs, type Timestamp } from '@bufbuild/protobuf/wkt';
import {
  ProjectStatus,
  RoleStatus,
  UserType,
  type ChangeGrantsRequestSchema,
  type GrantSchema,
} from '@callboard/plugin-iam-common/api';
import type { Answers } from '../../__testUtils__/renderConsole';

export const UUID = '00000000-0000-4000-8000-000000000001';
const ORGANIZATION = `iam.organization/${UUID}`;
const PROJECT = `iam.project/${UUID}`;

export const userId = (n: number) =>
  `iam.user/00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
export const groupId = (n: number) =>
  `iam.group/00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

type GrantInit = MessageInitShape<typeof GrantSchema>;
type Changes = MessageInitShape<typeof ChangeGrantsRequestSchema>['changes'];

/**
 * A project with people and a group, whose grants can be changed by the screen
 * and, meanwhile, by somebody else. What the API's definition asks of requests
 * is not checked here; the server's own tests do that.
 */
export class MatrixWorld {
  readonly people: number;
  readonly roles = ['reader', 'writer', 'owner'];
  readonly grants = new Map<string, GrantInit>();
  readonly memberships: { member: string; group: string }[] = [];
  /** What was sent, command by command. */
  readonly sent: Changes[] = [];
  /** Makes the next command fail. */
  refuse?: ConnectError;
  #position = 100;

  constructor(people: number) {
    this.people = people;
  }

  grant(subject: string, role: string, expiresAt?: Timestamp): void {
    this.#position += 1;
    this.grants.set(`${subject} ${role}`, {
      subject,
      subjectName: subject,
      project: PROJECT,
      role,
      organization: ORGANIZATION,
      projectOrganization: ORGANIZATION,
      expiresAt,
      expired: expiresAt !== undefined && timestampMs(expiresAt) <= Date.now(),
      decidedBy: `user:${userId(999)}`,
      position: BigInt(this.#position),
    });
  }

  revoke(subject: string, role: string): void {
    this.grants.delete(`${subject} ${role}`);
  }

  answers(): Answers {
    return {
      management: {
        getProject: () => ({
          id: PROJECT,
          organization: ORGANIZATION,
          name: 'Shop',
          slug: 'shop',
          status: ProjectStatus.ACTIVE,
        }),
        getOrganization: () => ({ id: ORGANIZATION, name: 'Acme' }),
        getUser: ({ user }) => this.#user(Number(user.slice(-12))),
        getGroup: ({ group }) => ({
          id: group,
          organization: ORGANIZATION,
          name: 'Platform',
          slug: 'platform',
        }),
        listRoles: () => ({
          roles: this.roles.map(key => ({
            project: PROJECT,
            key,
            name: key[0]!.toUpperCase() + key.slice(1),
            status: RoleStatus.ACTIVE,
          })),
        }),
        listProjectGrants: () => ({}),
        listGroups: ({ search }) => ({
          groups: 'platform'.includes(search)
            ? [
                {
                  id: groupId(1),
                  organization: ORGANIZATION,
                  name: 'Platform',
                  slug: 'platform',
                },
              ]
            : [],
          total: 'platform'.includes(search) ? 1n : 0n,
        }),
        listUsers: ({ type, search, pageSize, pageToken }) => {
          if (type === UserType.MACHINE) {
            return { total: 0n };
          }
          const all = Array.from({ length: this.people }, (_, n) =>
            this.#user(n + 1),
          ).filter(({ displayName }) =>
            displayName.toLowerCase().includes(search.toLowerCase()),
          );
          const at = Number(pageToken || 0);
          return {
            users: all.slice(at, at + pageSize),
            nextPageToken:
              at + pageSize < all.length ? String(at + pageSize) : '',
            total: BigInt(all.length),
          };
        },
        listGrants: ({ subject, role }) => ({
          grants: [...this.grants.values()].filter(
            grant =>
              (!subject || grant.subject === subject) &&
              (!role || grant.role === role),
          ),
        }),
        listMemberships: ({ member }) => ({
          memberships: this.memberships
            .filter(each => each.member === member)
            .map(each => ({ ...each, groupName: 'Platform' })),
        }),
        changeGrants: ({ changes }) => {
          this.sent.push(changes);
          if (this.refuse) {
            throw this.refuse;
          }
          for (const { subject, role, granted, expiresAt } of changes) {
            if (granted) {
              this.grant(subject, role, expiresAt);
            } else {
              this.revoke(subject, role);
            }
          }
          return { position: BigInt(this.#position) };
        },
      },
    };
  }

  #user(n: number) {
    return {
      id: userId(n),
      organization: ORGANIZATION,
      type: UserType.HUMAN,
      displayName: `Person ${n}`,
      username: `person${n}`,
      email: `person${n}@example.com`,
    };
  }
}

export function refusal(message: string): ConnectError {
  return new ConnectError(message, Code.PermissionDenied);
}
