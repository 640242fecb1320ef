/**
 * What is described and what is there, in the same words: things with a key
 * that people can read, and fields. No ids: what a description names may not be
 * there yet.
 */

/** In the order in which they can be made. */
export const RESOURCE_KINDS = [
  'organization',
  'administrator_role',
  'project',
  'role',
  'group',
  'subgroup',
  'delegation',
  'member',
  'grant',
  'administrator',
] as const;

export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/** A JSON value; null: there is none. */
export type FieldValue =
  | null
  | string
  | boolean
  | readonly FieldValue[]
  | { readonly [name: string]: FieldValue };

export interface Resource {
  readonly kind: ResourceKind;
  /** E.g. `group acme/devs`. */
  readonly key: string;
  /** What it is made of, by role; each is a key, or a user's login name. */
  readonly refs: Refs;
  readonly fields: Readonly<Record<string, FieldValue>>;
}

/** What a resource is about. Keys of other resources, but for `user` and `slug`. */
export interface Refs {
  readonly organization?: string;
  readonly project?: string;
  readonly group?: string;
  readonly role?: string;
  /** A slug, or the key of a role. */
  readonly name?: string;
  readonly subject?: Subject;
  /** Of administrators: null for the instance. */
  readonly scope?: string | null;
  /** Of administrators: the key of a built-in role. */
  readonly builtIn?: string;
}

export type Subject = { readonly user: string } | { readonly group: string };

/** Where something stands in a file. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

export const organizationKey = (slug: string) => `organization ${slug}`;
export const projectKey = (organization: string, slug: string) =>
  `project ${organization}/${slug}`;
export const groupKey = (organization: string, slug: string) =>
  `group ${organization}/${slug}`;
/** Without organization: of the instance. */
export const administratorRoleKey = (
  organization: string | undefined,
  key: string,
) => `administrator role ${organization ?? ''}/${key}`;

/** What stands after the kind in a key. */
const nameOf = (key: string) => key.slice(key.lastIndexOf(' ') + 1);

const describeSubject = (subject: Subject) =>
  'user' in subject ? `user ${subject.user}` : `group ${nameOf(subject.group)}`;

type Fields = Resource['fields'];

/** The resources, each made in one way only, so that equal ones have equal keys. */
export const resource = {
  organization: (slug: string, fields: Fields = {}): Resource => ({
    kind: 'organization',
    key: organizationKey(slug),
    refs: { name: slug },
    fields,
  }),
  administratorRole: (
    organization: string | undefined,
    key: string,
    fields: Fields = {},
  ): Resource => ({
    kind: 'administrator_role',
    key: administratorRoleKey(organization, key),
    refs: {
      name: key,
      ...(organization ? { organization: organizationKey(organization) } : {}),
    },
    fields,
  }),
  project: (
    organization: string,
    slug: string,
    fields: Fields = {},
  ): Resource => ({
    kind: 'project',
    key: projectKey(organization, slug),
    refs: { organization: organizationKey(organization), name: slug },
    fields,
  }),
  role: (project: string, key: string, fields: Fields = {}): Resource => ({
    kind: 'role',
    key: roleKey(project, key),
    refs: { project, name: key },
    fields,
  }),
  group: (
    organization: string,
    slug: string,
    fields: Fields = {},
  ): Resource => ({
    kind: 'group',
    key: groupKey(organization, slug),
    refs: { organization: organizationKey(organization), name: slug },
    fields,
  }),
  subgroup: (parent: string, child: string): Resource => ({
    kind: 'subgroup',
    key: `subgroup ${nameOf(parent)}>${nameOf(child)}`,
    refs: { group: parent, subject: { group: child } },
    fields: {},
  }),
  delegation: (
    project: string,
    organization: string,
    fields: Fields = {},
  ): Resource => ({
    kind: 'delegation',
    key: `delegation ${nameOf(project)}>${organization}`,
    refs: { project, organization: organizationKey(organization) },
    fields,
  }),
  member: (group: string, user: string): Resource => ({
    kind: 'member',
    key: `member ${nameOf(group)}>${user}`,
    refs: { group, subject: { user } },
    fields: {},
  }),
  grant: (
    project: string,
    key: string,
    subject: Subject,
    fields: Fields = {},
  ): Resource => ({
    kind: 'grant',
    key: `grant ${nameOf(project)}#${key} to ${describeSubject(subject)}`,
    refs: { project, role: roleKey(project, key), name: key, subject },
    fields,
  }),
  administrator: (
    scope: string | null,
    role: { readonly builtIn: string } | { readonly role: string },
    subject: Subject,
    fields: Fields = {},
  ): Resource => ({
    kind: 'administrator',
    key: `administrator of ${scope ?? 'instance'}: ${
      'builtIn' in role ? role.builtIn : nameOf(role.role)
    } to ${describeSubject(subject)}`,
    refs: { scope, ...role, subject },
    fields,
  }),
};

function roleKey(project: string, key: string) {
  return `role ${nameOf(project)}#${key}`;
}

/** The resources that a resource is of; it goes with each of them. */
export function goesWith({ refs }: Resource): string[] {
  const { organization, project, group, role, scope, subject } = refs;
  const above = [organization, project, group, role, scope];
  if (subject && 'group' in subject) {
    above.push(subject.group);
  }
  return above.filter((key): key is string => typeof key === 'string');
}

/** The other resources that must be there for a resource to be. */
export function needs(of: Resource): string[] {
  const { kind, refs, fields } = of;
  const delegated =
    kind === 'delegation' ? ((fields.roles ?? []) as readonly string[]) : [];
  return [
    ...goesWith(of),
    ...delegated.map(key => roleKey(refs.project!, key)),
  ];
}

/** The slugs of the organizations that a resource is about. */
export function organizationsOf(of: Resource): string[] {
  const keys = [...needs(of), ...(of.kind === 'organization' ? [of.key] : [])];
  return keys
    .map(key => nameOf(key).split(/[/#]/)[0]!)
    .filter(slug => slug !== '');
}

/** The same resource, of a user by another name. */
export function withUser(of: Resource, user: string): Resource {
  const { kind, refs, fields } = of;
  switch (kind) {
    case 'member':
      return resource.member(refs.group!, user);
    case 'grant':
      return resource.grant(refs.project!, refs.name!, { user }, fields);
    case 'administrator':
      return resource.administrator(
        refs.scope ?? null,
        refs.builtIn === undefined
          ? { role: refs.role! }
          : { builtIn: refs.builtIn },
        { user },
        fields,
      );
    default:
      return of;
  }
}

/** The user who must be there. */
export function userOf({ refs: { subject } }: Resource): string | undefined {
  return subject && 'user' in subject ? subject.user : undefined;
}

/**
 * The lists a resource is in: `<kind> of <key>`. A document that has one of
 * them says what is to be in it.
 */
export function listsOf({ kind, refs }: Resource): string[] {
  switch (kind) {
    case 'role':
    case 'delegation':
      return [listOf(kind, refs.project!)];
    case 'member':
    case 'subgroup':
      return [listOf(kind, refs.group!)];
    case 'administrator':
      return [listOf(kind, refs.scope ?? 'instance')];
    case 'grant':
      return [
        listOf(kind, refs.project!),
        ...(refs.subject && 'group' in refs.subject
          ? [listOf(kind, refs.subject.group)]
          : []),
      ];
    default:
      return [];
  }
}

export function listOf(kind: ResourceKind, of: string) {
  return `${kind} of ${of}`;
}
