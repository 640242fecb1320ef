/**
 * What has to be done so that what is there becomes what is wanted. Pure: the
 * same description and the same state always make the same plan.
 */
import { createHash } from 'node:crypto';
import type { UserId } from '@callboard/plugin-iam-common';
import type { Desired, Wanted } from './describe';
import type { Fault } from './readDocuments';
import {
  goesWith,
  listsOf,
  needs,
  organizationsOf,
  RESOURCE_KINDS,
  userOf,
  withUser,
  type FieldValue,
  type Place,
  type Resource,
  type ResourceKind,
} from './resources';

/** Something that is there. */
export interface Found {
  readonly resource: Resource;
  /** A removal is under way. */
  readonly removing: boolean;
}

export interface Actual {
  readonly resources: ReadonlyMap<string, Found>;
  /** By login name; both of a user's, as far as they are wanted. */
  readonly users: ReadonlyMap<string, KnownUser>;
}

export interface KnownUser {
  readonly id: UserId;
  /** The name under which `resources` have them. */
  readonly name: string;
  /** The slug of theirs; unknown when nothing described is in it. */
  readonly organization?: string;
}

export interface FieldChange {
  readonly field: string;
  /** Undefined: there was none. */
  readonly before?: FieldValue;
  /** Undefined: there will be none. */
  readonly after?: FieldValue;
}

export interface Change {
  readonly action: 'create' | 'change' | 'remove';
  /** As it will be; as it is, when it is to go. */
  readonly resource: Resource;
  readonly fields: readonly FieldChange[];
  /** Where it is asked for. */
  readonly place: Place;
}

/** Something in a list that the description doesn't name. */
export interface Extra {
  readonly resource: Resource;
  /** The list. */
  readonly place: Place;
}

export interface Plan {
  /** In the order in which they can be made. */
  readonly changes: readonly Change[];
  /** Drift that is only reported: nothing says that it is to go. */
  readonly extras: readonly Extra[];
  /** What cannot be done as it stands; it and what needs it is left out. */
  readonly faults: readonly Fault[];
}

const REMOVALS: readonly ResourceKind[] = [
  'administrator',
  'grant',
  'member',
  'delegation',
  'role',
  'group',
  'project',
  'administrator_role',
  'organization',
];

/** Names a plan made at a position of the log: same plan, same name. */
export function planIdOf(
  source: { readonly name: string; readonly revision: string },
  position: number,
  changes: readonly Change[],
): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([source.name, source.revision, position, changes]))
    .digest('base64url');
  return `as-code/${digest.slice(0, 32)}`;
}

class Planner {
  readonly #wanted: ReadonlyMap<string, Wanted>;
  readonly #desired: Desired;
  readonly #actual: Actual;
  readonly #faults: Fault[] = [];
  readonly #possible = new Map<string, boolean>();

  constructor(desired: Desired, actual: Actual) {
    this.#desired = desired;
    this.#actual = actual;
    this.#wanted = this.#withKnownNames();
  }

  /** A user may be named by username or e-mail address; here all have one name. */
  #withKnownNames(): ReadonlyMap<string, Wanted> {
    const known = new Map<string, Wanted>();
    for (const wanted of this.#desired.resources.values()) {
      const user = userOf(wanted.resource);
      const name =
        user === undefined ? undefined : this.#actual.users.get(user)?.name;
      const resource =
        name === undefined ? wanted.resource : withUser(wanted.resource, name);
      const other = known.get(resource.key);
      if (!other) {
        known.set(resource.key, { ...wanted, resource });
      } else if (
        other.absent !== wanted.absent ||
        JSON.stringify(other.resource) !== JSON.stringify(resource)
      ) {
        this.#faults.push({
          code: 'iam.as_code.described_twice',
          message: `${resource.key} is described under another name as well`,
          place: wanted.place,
        });
      }
    }
    return known;
  }

  plan(): Plan {
    const changes: Change[] = [];
    for (const [key, wanted] of this.#wanted) {
      if (wanted.absent) {
        changes.push(...this.#remove(key, wanted.place));
      } else if (this.#isPossible(key)) {
        changes.push(...this.#make(wanted));
      }
    }
    const { pruned, extras } = this.#unnamed();
    changes.push(...pruned);
    const going = new Set(
      changes
        .filter(({ action }) => action === 'remove')
        .map(({ resource }) => resource.key),
    );
    /** With something that it is of, which goes itself. */
    const goesAlong = (of: Resource): boolean =>
      goesWith(of).some(key => {
        const above = this.#actual.resources.get(key);
        return going.has(key) || (above && goesAlong(above.resource));
      });
    const ordered = changes
      .filter(
        ({ action, resource }) => action !== 'remove' || !goesAlong(resource),
      )
      .map(change => [weightOf(change), change] as const)
      .sort(([a, one], [b, other]) =>
        a === b ? compare(one.resource.key, other.resource.key) : a - b,
      )
      .map(([, change]) => change);
    return {
      changes: this.#withoutCycles(ordered),
      extras: extras.filter(({ resource }) => !goesAlong(resource)),
      faults: this.#faults,
    };
  }

  /** Whether it is there by the time that something else needs it. */
  #isPossible(key: string): boolean {
    const known = this.#possible.get(key);
    if (known !== undefined) {
      return known;
    }
    const wanted = this.#wanted.get(key);
    const found = this.#actual.resources.get(key);
    let possible: boolean;
    if (!wanted) {
      possible = found !== undefined && !found.removing;
    } else if (wanted.absent) {
      possible = false;
    } else {
      const fault = this.#faultOf(wanted, found);
      if (fault) {
        this.#faults.push({ ...fault, place: wanted.place });
      }
      possible = fault === undefined;
    }
    this.#possible.set(key, possible);
    return possible;
  }

  #faultOf({ resource }: Wanted, found: Found | undefined): Fault | undefined {
    const user = userOf(resource);
    if (user !== undefined && !this.#actual.users.has(user)) {
      return {
        code: 'iam.user.not_found',
        message: `There is no user ${user}`,
      };
    }
    const member = user && this.#actual.users.get(user);
    if (
      member &&
      resource.kind === 'member' &&
      member.organization !== organizationsOf(resource)[0]
    ) {
      return {
        code: 'iam.user.other_organization',
        message: `${user} is not of the organization of ${resource.refs.group}`,
      };
    }
    const missing = needs(resource).find(key => !this.#isPossible(key));
    if (missing !== undefined) {
      return {
        code: 'iam.as_code.needs_missing',
        message: `${resource.key} needs ${missing}, which is not there`,
      };
    }
    if (found?.removing) {
      return {
        code: 'iam.as_code.removing',
        message: `${resource.key} is being removed`,
      };
    }
    if (!found && resource.kind === 'delegation' && !resource.fields.roles) {
      return { code: 'iam.input.missing', message: 'roles is required' };
    }
    const level = found?.resource.fields.level;
    if (level !== undefined && level !== resource.fields.level) {
      return {
        code: 'iam.as_code.immutable',
        message: `The level of ${resource.key} cannot be changed`,
      };
    }
    return undefined;
  }

  #make({ resource, place }: Wanted): Change[] {
    const found = this.#actual.resources.get(resource.key)?.resource;
    const differences = Object.entries(resource.fields)
      .map(([field, after]) => ({
        field,
        before: found?.fields[field] ?? undefined,
        after: after ?? undefined,
      }))
      .filter(({ before, after }) => !isSame(before, after))
      // What is made is active.
      .filter(({ field, after }) => found || field !== 'active' || !after);
    // Nothing is added to what is inactive, so that comes last.
    const isLast = ({ field, after }: FieldChange) =>
      field === 'active' && after === false;
    const first = differences.filter(change => !isLast(change));
    const last = differences.filter(isLast);
    const after = { ...found?.fields, ...resource.fields };
    const whole: Resource = { ...resource, fields: after };
    const changes: Change[] = [];
    if (!found) {
      changes.push({ action: 'create', resource: whole, fields: first, place });
    } else if (first.length > 0) {
      changes.push({ action: 'change', resource: whole, fields: first, place });
    }
    if (last.length > 0) {
      changes.push({ action: 'change', resource: whole, fields: last, place });
    }
    return changes;
  }

  #remove(key: string, place: Place): Change[] {
    const found = this.#actual.resources.get(key);
    return found && !found.removing
      ? [{ action: 'remove', resource: found.resource, fields: [], place }]
      : [];
  }

  /** A group that isn't taken out may stand against another that is put in. */
  #withoutCycles(changes: readonly Change[]): Change[] {
    const going = new Set(
      changes
        .filter(({ action }) => action === 'remove')
        .map(({ resource }) => resource.key),
    );
    const edges = [...this.#actual.resources.values()]
      .map(found => found.resource)
      .filter(({ kind, key }) => kind === 'subgroup' && !going.has(key));
    const isBelow = (group: string, top: string): boolean =>
      group === top ||
      edges.some(
        edge => edge.refs.group === top && isBelow(group, childOf(edge)),
      );
    return changes.filter(({ action, resource, place }) => {
      if (resource.kind !== 'subgroup' || action !== 'create') {
        return true;
      }
      if (isBelow(resource.refs.group!, childOf(resource))) {
        this.#faults.push({
          code: 'iam.group.cycle',
          message: `${resource.key}: the group would contain itself`,
          place,
        });
        return false;
      }
      edges.push(resource);
      return true;
    });
  }

  /** What is in a list that is wanted, and isn't wanted itself. */
  #unnamed(): { pruned: Change[]; extras: Extra[] } {
    const pruned: Change[] = [];
    const extras: Extra[] = [];
    for (const [key, { resource, removing }] of this.#actual.resources) {
      if (removing || this.#wanted.has(key)) {
        continue;
      }
      const lists = listsOf(resource)
        .map(list => this.#desired.lists.get(list))
        .filter(list => list !== undefined);
      const pruning = lists.find(({ prune }) => prune);
      const [first] = lists;
      if (pruning) {
        const { place } = pruning;
        pruned.push({ action: 'remove', resource, fields: [], place });
      } else if (first) {
        extras.push({ resource, place: first.place });
      }
    }
    return { pruned, extras };
  }
}

export function plan(desired: Desired, actual: Actual): Plan {
  return new Planner(desired, actual).plan();
}

/**
 * Groups are taken out of groups before others are put in, or a turned pair
 * would be a cycle. Names are given up before they are taken. Nothing is
 * removed before all else is there: a scope keeps an owner on the way.
 */
function weightOf({ action, resource, fields }: Change): number {
  const rank = RESOURCE_KINDS.indexOf(resource.kind);
  if (action === 'remove') {
    return resource.kind === 'subgroup'
      ? 0
      : 200 + REMOVALS.indexOf(resource.kind);
  }
  if (fields.length === 1 && isDeactivation(fields[0]!)) {
    return 100;
  }
  return 1 + rank * 2 + (action === 'change' ? 0 : 1);
}

function childOf({ refs: { subject } }: Resource) {
  return subject && 'group' in subject ? subject.group : '';
}

function isDeactivation({ field, after }: FieldChange) {
  return field === 'active' && after === false;
}

function isSame(a: FieldValue | undefined, b: FieldValue | undefined): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function compare(a: string, b: string) {
  return a < b ? -1 : Number(a > b);
}
