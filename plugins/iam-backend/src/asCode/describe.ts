/** From documents to what is wanted: resources, and lists that are complete. */
import {
  builtInAdministratorRoles,
  loginNameKey,
  type AsCodeDocument,
  type RolePermission,
} from '@callboard/plugin-iam-common';
import type { Fault, PlacedDocument } from './readDocuments';
import {
  groupKey,
  listOf,
  organizationKey,
  projectKey,
  administratorRoleKey,
  resource,
  type FieldValue,
  type Place,
  type Resource,
  type ResourceKind,
  type Subject,
} from './resources';

export interface Wanted {
  readonly resource: Resource;
  /** It is to go. */
  readonly absent: boolean;
  readonly place: Place;
}

/** A list that a document has: what isn't wanted in it is drift, or goes. */
export interface WantedList {
  readonly prune: boolean;
  readonly place: Place;
}

/** What a source describes. */
export interface Desired {
  readonly resources: ReadonlyMap<string, Wanted>;
  readonly lists: ReadonlyMap<string, WantedList>;
}

/** What a source may describe. */
export interface Scope {
  /** Slugs; undefined: all, and the instance. */
  readonly organizations?: readonly string[];
}

type Entry = { readonly state?: 'present' | 'absent' };
type Expiring = Entry & { readonly expiresAt?: string };

class Description {
  readonly faults: Fault[] = [];
  readonly #resources = new Map<string, Wanted>();
  readonly #lists = new Map<string, WantedList>();
  readonly #ownRoles: ReadonlySet<string>;
  readonly #scope: Scope;
  readonly #now: Date;

  constructor(documents: readonly PlacedDocument[], scope: Scope, now: Date) {
    this.#scope = scope;
    this.#now = now;
    this.#ownRoles = new Set(
      documents.flatMap(({ document }) =>
        document.kind === 'AdministratorRole'
          ? [administratorRoleKey(document.organization, document.key)]
          : [],
      ),
    );
  }

  get desired(): Desired {
    return { resources: this.#resources, lists: this.#lists };
  }

  add(placed: PlacedDocument): void {
    const { document } = placed;
    if (!this.#isInScope(document)) {
      this.faults.push({
        code: 'iam.as_code.out_of_scope',
        message: 'This source may not describe this organization or instance',
        place: placed.placeOf('organization'),
      });
      return;
    }
    switch (document.kind) {
      case 'Instance':
        this.#administrators(placed, document, null, undefined);
        break;
      case 'Organization':
        this.#organization(placed, document);
        break;
      case 'AdministratorRole':
        this.#administratorRole(placed, document);
        break;
      case 'Project':
        this.#project(placed, document);
        break;
      default:
        this.#group(placed, document);
    }
  }

  #isInScope(document: AsCodeDocument): boolean {
    const { organizations } = this.#scope;
    const own = organizationOf(document);
    return (
      organizations === undefined ||
      (own !== undefined && organizations.includes(own))
    );
  }

  #organization(
    placed: PlacedDocument,
    document: AsCodeDocument<'Organization'>,
  ): void {
    const { slug, name, active, metadata } = document;
    this.#want(
      resource.organization(slug, {
        ...given({ name, active }),
        ...metadataFields(metadata),
      }),
      document,
      placed.placeOf('slug'),
    );
    this.#administrators(placed, document, organizationKey(slug), slug);
  }

  #administratorRole(
    placed: PlacedDocument,
    document: AsCodeDocument<'AdministratorRole'>,
  ): void {
    const { organization, key, level, name, description, permissions } =
      document;
    this.#want(
      resource.administratorRole(organization, key, {
        ...given({ level, name, description }),
        ...(permissions ? { permissions: [...permissions].sort() } : {}),
      }),
      document,
      placed.placeOf('key'),
    );
  }

  #project(placed: PlacedDocument, document: AsCodeDocument<'Project'>): void {
    const { organization, slug, name, description, active } = document;
    const project = projectKey(organization, slug);
    this.#want(
      resource.project(
        organization,
        slug,
        given({ name, description, active }),
      ),
      document,
      placed.placeOf('slug'),
    );
    if (document.state === 'absent') {
      return;
    }
    this.#list(placed, document, 'roles', 'role', project, role => {
      const { key, permissions } = role;
      return resource.role(project, key, {
        ...given({ name: role.name, description: role.description }),
        ...(permissions ? { permissions: toFields(permissions) } : {}),
      });
    });
    this.#list(placed, document, 'delegations', 'delegation', project, each =>
      resource.delegation(project, each.organization, {
        ...(each.roles ? { roles: [...each.roles].sort() } : {}),
      }),
    );
    this.#list(placed, document, 'grants', 'grant', project, each =>
      resource.grant(
        project,
        each.role,
        subjectOf(each.subject, organization),
        expiry(each),
      ),
    );
    this.#administrators(placed, document, project, organization);
  }

  #group(placed: PlacedDocument, document: AsCodeDocument<'Group'>): void {
    const { organization, slug, name, description, metadata } = document;
    const group = groupKey(organization, slug);
    this.#want(
      resource.group(organization, slug, {
        ...given({ name, description }),
        ...metadataFields(metadata),
      }),
      document,
      placed.placeOf('slug'),
    );
    if (document.state === 'absent') {
      return;
    }
    this.#list(placed, document, 'members', 'member', group, each =>
      resource.member(
        group,
        loginNameKey(typeof each === 'string' ? each : each.user),
      ),
    );
    this.#list(placed, document, 'groups', 'subgroup', group, each =>
      resource.subgroup(
        group,
        groupKey(organization, typeof each === 'string' ? each : each.group),
      ),
    );
    this.#list(placed, document, 'grants', 'grant', group, each => {
      const [first, second] = each.project.toLowerCase().split('/');
      const project = second
        ? projectKey(first!, second)
        : projectKey(organization, first!);
      return resource.grant(project, each.role, { group }, expiry(each));
    });
  }

  #administrators(
    placed: PlacedDocument,
    document: AsCodeDocument<'Instance' | 'Organization' | 'Project'>,
    scope: string | null,
    organization: string | undefined,
  ): void {
    if ('state' in document && document.state === 'absent') {
      return;
    }
    this.#list(
      placed,
      document,
      'administrators',
      'administrator',
      scope ?? 'instance',
      each =>
        resource.administrator(
          scope,
          this.#administratorRoleOf(each.role, organization),
          subjectOf(each.subject, organization),
          expiry(each),
        ),
    );
  }

  /** A built-in one, then one of the organization, then one of the instance. */
  #administratorRoleOf(key: string, organization: string | undefined) {
    if (Object.hasOwn(builtInAdministratorRoles, key)) {
      return { builtIn: key };
    }
    const own = administratorRoleKey(organization, key);
    return {
      role:
        organization === undefined || this.#ownRoles.has(own)
          ? own
          : administratorRoleKey(undefined, key),
    };
  }

  /** Everything in one list of a document. */
  #list<
    TDocument extends { readonly prune: boolean },
    TName extends keyof TDocument & string,
  >(
    { placeOf }: PlacedDocument,
    document: TDocument,
    name: TName,
    kind: ResourceKind,
    of: string,
    toResource: (
      entry: NonNullable<TDocument[TName]> extends readonly (infer TEntry)[]
        ? TEntry
        : never,
    ) => Resource,
  ): void {
    const entries = document[name] as readonly never[] | undefined;
    if (entries === undefined) {
      return;
    }
    this.#lists.set(listOf(kind, of), {
      prune: document.prune,
      place: placeOf(name),
    });
    entries.forEach((entry: Expiring, at) => {
      if (!this.#hasEnded(entry)) {
        this.#want(toResource(entry as never), entry, placeOf(name, at));
      }
    });
  }

  #hasEnded({ expiresAt }: Expiring): boolean {
    return (
      expiresAt !== undefined && Date.parse(expiresAt) <= this.#now.getTime()
    );
  }

  #want(wanted: Resource, entry: Entry, place: Place): void {
    const absent = entry.state === 'absent';
    const other = this.#resources.get(wanted.key);
    if (!other) {
      this.#resources.set(wanted.key, { resource: wanted, absent, place });
      return;
    }
    const same =
      other.absent === absent &&
      JSON.stringify(other.resource) === JSON.stringify(wanted);
    // A group's grant may stand with the group and with the project.
    if (!same || wanted.kind !== 'grant') {
      const { file, line } = other.place;
      this.faults.push({
        code: 'iam.as_code.described_twice',
        message: `${wanted.key} is described in ${file}:${line} as well`,
        place,
      });
    }
  }
}

/**
 * @param scope - what is described beyond it is a fault
 * @param now - entries whose end has come are no longer wanted
 */
export function describe(
  documents: readonly PlacedDocument[],
  scope: Scope,
  now: Date,
): { readonly desired: Desired; readonly faults: readonly Fault[] } {
  const description = new Description(documents, scope, now);
  documents.forEach(each => description.add(each));
  return description;
}

/** Without those that a document doesn't mention; empty text is no text. */
function given(
  fields: Readonly<Record<string, FieldValue | undefined>>,
): Record<string, FieldValue> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter((entry): entry is [string, FieldValue] => entry[1] !== undefined)
      .map(([field, value]) => [field, value === '' ? null : value]),
  );
}

function metadataFields(
  metadata: Readonly<Record<string, string | null>> = {},
): Record<string, FieldValue> {
  return Object.fromEntries(
    Object.entries(metadata).map(([key, value]) => [`metadata.${key}`, value]),
  );
}

function expiry({ expiresAt }: Expiring) {
  return { expiresAt: expiresAt ?? null };
}

/** @param organization - whose group it is when it doesn't say */
function subjectOf(ref: string, organization: string | undefined): Subject {
  const [kind, name] = [
    ref.slice(0, ref.indexOf(':')),
    ref.slice(ref.indexOf(':') + 1).toLowerCase(),
  ];
  if (kind === 'user') {
    return { user: loginNameKey(name) };
  }
  const [first, second] = name.split('/');
  return {
    group: second
      ? groupKey(first!, second)
      : groupKey(organization ?? '', first!),
  };
}

/** What a role carries, in one order. */
export function toFields(permissions: readonly RolePermission[]): FieldValue {
  return permissions
    .map(({ pattern, conditions }) => ({ pattern, conditions }))
    .map(each => [JSON.stringify(each), each] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, each]) => each);
}

function organizationOf(document: AsCodeDocument): string | undefined {
  if (document.kind === 'Organization') {
    return document.slug;
  }
  return 'organization' in document ? document.organization : undefined;
}
