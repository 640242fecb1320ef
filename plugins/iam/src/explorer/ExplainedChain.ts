/**
 * A way from somebody to a permission, told step by step. What is an object of
 * IAM stands in it by its id; the screen puts names and links there.
 */
import { timestampMs, type Timestamp } from '@bufbuild/protobuf/wkt';
import type {
  Chain,
  Decided,
  Link,
  RoleCondition,
} from '@callboard/plugin-iam-common/api';

export type Part =
  | { readonly text: string }
  | { readonly object: string }
  | { readonly code: string };

/** Who made a step so. */
export interface StepDecision {
  /** The event. */
  readonly position: number;
  /** In milliseconds since 1970. */
  readonly at?: number;
  /** As the trail names them. */
  readonly by: string;
}

export interface Step {
  readonly parts: readonly Part[];
  /** In milliseconds since 1970. */
  readonly until?: number;
  /** Absent: nobody; it comes with the portal. */
  readonly decision?: StepDecision;
}

export interface ExplainedChain {
  readonly steps: readonly Step[];
  /** In words; the chain holds when there are none. */
  readonly obstacles: readonly string[];
  /** In words; all have to be true of the thing in question. */
  readonly conditions: readonly string[];
  /** Since when all steps have been there, in milliseconds since 1970. */
  readonly since?: number;
}

const text = (words: string): Part => ({ text: words });
const object = (id: string): Part => ({ object: id });
const code = (words: string): Part => ({ code: words });

export function toExplainedChain(chain: Chain): ExplainedChain {
  return {
    steps: chain.links.map(toStep),
    obstacles: chain.obstacles.map(obstacleInWords),
    conditions: chain.conditions.map(conditionInWords),
    since: ms(chain.since),
  };
}

function toStep({ link, decided }: Link): Step {
  const decision = decided && toDecision(decided);
  switch (link.case) {
    case 'membership':
      return {
        parts: memberParts(link.value.member, link.value.group),
        decision,
      };
    case 'assignment':
      return {
        parts: [
          object(link.value.holder),
          text(' administers '),
          object(link.value.scope),
        ],
        until: ms(link.value.expiresAt),
        decision,
      };
    case 'grant':
      return {
        parts: grantParts(
          link.value.holder,
          link.value.role,
          link.value.project,
        ),
        until: ms(link.value.expiresAt),
        decision,
      };
    case 'delegation':
      return {
        parts: [
          text('roles of '),
          object(link.value.project),
          text(' are delegated to '),
          object(link.value.organization),
        ],
        decision,
      };
    case 'role':
      return {
        parts: carriesParts(
          link.value.name || link.value.role,
          link.value.patterns,
        ),
        decision,
      };
    default:
      return { parts: [text('something this page does not know')], decision };
  }
}

export function memberParts(member: string, group: string): Part[] {
  return [object(member), text(' is in '), object(group)];
}

export function grantParts(
  holder: string,
  role: string,
  project: string,
): Part[] {
  return [
    object(holder),
    text(' has the role '),
    code(role),
    text(' of '),
    object(project),
  ];
}

export function carriesParts(
  name: string,
  patterns: readonly string[],
): Part[] {
  return [
    text(`${name} carries `),
    ...patterns.flatMap((pattern, at) =>
      at === 0 ? [code(pattern)] : [text(', '), code(pattern)],
    ),
  ];
}

function toDecision({ position, at, actor }: Decided): StepDecision {
  return { position: Number(position), at: ms(at), by: actor };
}

function ms(time: Timestamp | undefined): number | undefined {
  return time && timestampMs(time);
}

const OBSTACLES: Readonly<Record<string, string>> = {
  expired: 'its time is over',
  project_inactive: 'the project is inactive',
  project_removing: 'the project is being removed',
  project_removed: 'the project has been removed',
  project_organization_inactive: "the project's organization is inactive",
  delegation_inactive: 'the delegation is inactive',
  delegation_ended: 'the delegation has ended',
  role_not_delegated: 'the role is not among those delegated',
  role_removing: 'the role is being removed',
  role_removed: 'the role has been removed',
  permission_not_at_level:
    'the permission cannot be held at this level, only at a wider one',
  user_not_active: 'the account has not been activated yet',
  user_locked: 'the account is locked',
  user_inactive: 'the account is inactive',
  user_removed: 'the account has been removed',
  organization_inactive: 'the organization is inactive',
  organization_removed: 'the organization has been removed',
  instance_blocked: 'the instance is blocked',
  instance_removed: 'the instance has been removed',
};

/** What keeps somebody from something. */
export function obstacleInWords(obstacle: string): string {
  return OBSTACLES[obstacle] ?? obstacle.replaceAll('_', ' ');
}

/** Of which things a permission is. */
export function conditionInWords({ condition }: RoleCondition): string {
  switch (condition.case) {
    case 'owned':
      return 'what they or a group of theirs own';
    case 'organization':
      return 'things of the organization that the role was given in';
    case 'tagged':
      return `what is tagged ${oneOf(condition.value.words)}`;
    case 'kind':
      return `entities of the kind ${oneOf(condition.value.words)}`;
    default:
      return 'a condition that this page does not know';
  }
}

function oneOf(words: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(words);
}
