/** Reads what the catalog is to show from the view `iam_directory`. */
import type { OpenView } from '@callboard/plugin-eventstore-node';
import type { Knex } from 'knex';
import type {
  DirectoryGroup,
  DirectoryOrganization,
  DirectoryUser,
} from '../entities/entities';
import type { DirectoryTables } from '../projections/directory';

/** The ids of what has to be told, by kind. */
export interface Changes {
  readonly organizations: readonly string[];
  readonly groups: readonly string[];
  readonly users: readonly string[];
}

const LAST_CHANGE = `
  SELECT greatest(
    (SELECT max(o.changed) FROM :organizations),
    (SELECT max(g.changed) FROM :groups),
    (SELECT max(u.changed) FROM :users)
  ) AS position`;

const CHANGED_ORGANIZATIONS = `
  SELECT o.id FROM :organizations
  WHERE o.instance = :instance AND o.changed > :after ORDER BY o.id`;

/** A group is drawn anew when what it refers to has another name. */
const CHANGED_GROUPS = `
  SELECT g.id FROM :groups
  WHERE g.instance = :instance AND g.changed > :after
  UNION
  SELECT n.parent FROM :groups JOIN :nestings ON n.child = g.id
  WHERE g.instance = :instance AND g.renamed > :after
  UNION
  SELECT g.id FROM :organizations JOIN :groups ON g.organization = o.id
  WHERE o.instance = :instance AND o.renamed > :after
  ORDER BY 1`;

const CHANGED_USERS = `
  SELECT u.id FROM :users
  WHERE u.instance = :instance AND u.changed > :after
  UNION
  SELECT m.member FROM :groups JOIN :memberships ON m.group_id = g.id
  WHERE g.instance = :instance AND g.renamed > :after
  UNION
  SELECT m.member FROM :organizations
  JOIN :groups ON g.organization = o.id
  JOIN :memberships ON m.group_id = g.id
  WHERE o.instance = :instance AND o.renamed > :after
  UNION
  SELECT u.id FROM :organizations JOIN :users ON u.organization = o.id
  WHERE o.instance = :instance AND o.renamed > :after
  ORDER BY 1`;

const ORGANIZATIONS = `
  SELECT o.id, o.slug, o.name FROM :organizations
  WHERE o.id = ANY(:ids) AND NOT o.gone ORDER BY o.id`;

const GROUPS = `
  SELECT g.id, o.slug AS organization, g.slug, g.name, g.description,
    NOT EXISTS (SELECT FROM :nestings WHERE n.child = g.id) AS is_top,
    ARRAY(
      SELECT c.slug FROM :nestings JOIN :children ON c.id = n.child
      WHERE n.parent = g.id AND NOT c.gone ORDER BY c.slug
    ) AS children
  FROM :groups JOIN :organizations ON o.id = g.organization
  WHERE g.id = ANY(:ids) AND NOT g.gone AND NOT o.gone ORDER BY g.id`;

const USERS = `
  SELECT u.id, o.slug AS organization, u.display_name, u.email,
    ARRAY(
      SELECT ARRAY[go.slug, g.slug] FROM :memberships
      JOIN :groups ON g.id = m.group_id AND NOT g.gone
      JOIN :groupOrganizations ON go.id = g.organization AND NOT go.gone
      WHERE m.member = u.id ORDER BY go.slug, g.slug
    ) AS groups
  FROM :users JOIN :organizations ON o.id = u.organization
  WHERE u.id = ANY(:ids) AND NOT u.gone AND NOT o.gone
    AND u.display_name IS NOT NULL AND u.type = ANY(:types) ORDER BY u.id`;

export class Directory {
  readonly #knex: Knex;
  readonly #tables: Readonly<Record<string, Knex.Raw>>;
  readonly #instance: string;
  readonly #shows: { readonly email: boolean; readonly machines: boolean };

  /** @param options - `instance`: whose people are read */
  constructor(options: {
    knex: Knex;
    view: OpenView<DirectoryTables>;
    instance: string;
    shows: { readonly email: boolean; readonly machines: boolean };
  }) {
    const { table } = options.view;
    this.#knex = options.knex;
    this.#instance = options.instance;
    this.#shows = options.shows;
    this.#tables = {
      organizations: table('organizations', 'o'),
      groupOrganizations: table('organizations', 'go'),
      groups: table('groups', 'g'),
      children: table('groups', 'c'),
      users: table('users', 'u'),
      memberships: table('memberships', 'm'),
      nestings: table('nestings', 'n'),
    };
  }

  /** The position of the last change; everything before it is here, too. */
  async lastChange(): Promise<number> {
    const [row] = await this.#select(LAST_CHANGE, {});
    return Number(row!.position ?? 0);
  }

  async changesAfter(after: number): Promise<Changes> {
    const bound = { instance: this.#instance, after };
    const ids = async (sql: string) =>
      (await this.#select(sql, bound)).map(({ id }) => id as string);
    return {
      organizations: await ids(CHANGED_ORGANIZATIONS),
      groups: await ids(CHANGED_GROUPS),
      users: await ids(CHANGED_USERS),
    };
  }

  /** Those of them that are there; so for the others below. */
  async organizations(
    ids: readonly string[],
  ): Promise<DirectoryOrganization[]> {
    const rows = await this.#select(ORGANIZATIONS, { ids });
    return rows.map(({ id, slug, name }) => ({ id, slug, name }));
  }

  async groups(ids: readonly string[]): Promise<DirectoryGroup[]> {
    const rows = await this.#select(GROUPS, { ids });
    return rows.map(row => ({
      id: row.id,
      organization: row.organization,
      slug: row.slug,
      name: row.name,
      description: row.description,
      isTop: row.is_top,
      children: row.children.map((slug: string) => ({
        organization: row.organization,
        slug,
      })),
    }));
  }

  async users(ids: readonly string[]): Promise<DirectoryUser[]> {
    const types = this.#shows.machines ? ['human', 'machine'] : ['human'];
    const rows = await this.#select(USERS, { ids, types });
    return rows.map(row => ({
      id: row.id,
      organization: row.organization,
      displayName: row.display_name,
      email: this.#shows.email ? row.email : null,
      groups: row.groups.map(([organization, slug]: [string, string]) => ({
        organization,
        slug,
      })),
    }));
  }

  // any: rows of the statements above
  async #select(
    sql: string,
    bindings: Readonly<Record<string, unknown>>,
  ): Promise<any[]> {
    const { rows } = await this.#knex.raw(sql, {
      ...this.#tables,
      ...bindings,
    } as Knex.ValueDict);
    return rows;
  }
}
