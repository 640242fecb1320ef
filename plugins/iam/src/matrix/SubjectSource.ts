/**
 * The rows of the matrix, page by page. Searches and counts are the server's, so
 * ten thousand subjects cost as much as fifty until somebody scrolls to them.
 */
import type { Client } from '@connectrpc/connect';
import {
  Match,
  UserType,
  type Group,
  type ManagementService,
  type User,
} from '@callboard/plugin-iam-common/api';
import type { Subject, SubjectKind } from './cells';

export type Iam = Pick<
  Client<typeof ManagementService>,
  'listUsers' | 'listGroups' | 'listGrants' | 'getUser' | 'getGroup'
>;
type AsOf = Parameters<Iam['listUsers']>[0]['asOf'];

export interface SubjectFilter {
  /** All when empty. */
  readonly kinds: readonly SubjectKind[];
  /** Whose subjects. */
  readonly organization: string;
  readonly search: string;
  /** Only those who were given a role of the project themselves. */
  readonly granted?: {
    readonly project: string;
    /** Only those who have this one. */
    readonly role?: string;
  };
}

export interface SubjectPage {
  readonly subjects: readonly Subject[];
  /** Gives the next page; undefined on the last one. */
  readonly next?: string;
  /** Of all pages, as far as it is known. */
  readonly total?: number;
}

const PAGE = 100;

/** Which list a page is of, and where in it. */
interface Place {
  readonly list: 'groups' | 'people' | 'machines' | 'grants';
  readonly pageToken: string;
}

const LISTS: Readonly<Record<SubjectKind, Place['list']>> = {
  group: 'groups',
  person: 'people',
  machine: 'machines',
};

export class SubjectSource {
  readonly #iam: Iam;
  readonly #filter: SubjectFilter;
  readonly #asOf: AsOf;
  readonly #lists: readonly Place['list'][];
  /** Of lists that were begun. */
  readonly #totals = new Map<Place['list'], number>();
  readonly #granted = new Set<string>();

  constructor(iam: Iam, filter: SubjectFilter, asOf?: AsOf) {
    this.#iam = iam;
    this.#filter = filter;
    this.#asOf = asOf;
    const kinds = (['group', 'person', 'machine'] as const).filter(
      kind => filter.kinds.length === 0 || filter.kinds.includes(kind),
    );
    this.#lists =
      filter.granted && !filter.search
        ? ['grants']
        : kinds.map(kind => LISTS[kind]);
  }

  /** @param next - of the page before; the first one when left out */
  async page(next?: string, signal?: AbortSignal): Promise<SubjectPage> {
    const place: Place = next
      ? JSON.parse(next)
      : { list: this.#lists[0]!, pageToken: '' };
    const { subjects, pageToken, total } = await this.#read(place, signal);
    if (total !== undefined) {
      this.#totals.set(place.list, total);
    }
    const following = pageToken
      ? { ...place, pageToken }
      : this.#listAfter(place.list);
    return {
      subjects,
      next: following && JSON.stringify(following),
      total:
        this.#totals.size === this.#lists.length &&
        !this.#lists.includes('grants')
          ? [...this.#totals.values()].reduce((sum, each) => sum + each, 0)
          : undefined,
    };
  }

  #listAfter(list: Place['list']): Place | undefined {
    const after = this.#lists[this.#lists.indexOf(list) + 1];
    return after && { list: after, pageToken: '' };
  }

  async #read({ list, pageToken }: Place, signal?: AbortSignal) {
    switch (list) {
      case 'grants':
        return this.#readGranted(pageToken, signal);
      case 'groups': {
        const page = await this.#iam.listGroups(this.#request(pageToken), {
          signal,
        });
        return {
          subjects: page.groups.map(subjectOfGroup),
          pageToken: page.nextPageToken,
          total: count(page.total),
        };
      }
      default: {
        const type = list === 'people' ? UserType.HUMAN : UserType.MACHINE;
        const page = await this.#iam.listUsers(
          { ...this.#request(pageToken), type },
          { signal },
        );
        return {
          subjects: page.users.map(subjectOfUser),
          pageToken: page.nextPageToken,
          total: count(page.total),
        };
      }
    }
  }

  #request(pageToken: string) {
    const { organization, search } = this.#filter;
    return {
      organization,
      search,
      match: Match.SUBSTRING,
      asOf: this.#asOf,
      pageSize: PAGE,
      pageToken,
      // The others are pages of the same list.
      total: pageToken === '',
    };
  }

  /** Those who have grants; each once, however many it has. */
  async #readGranted(pageToken: string, signal?: AbortSignal) {
    const { organization, kinds, granted } = this.#filter;
    const page = await this.#iam.listGrants(
      {
        organization,
        project: granted!.project,
        role: granted!.role,
        asOf: this.#asOf,
        pageSize: PAGE,
        pageToken,
      },
      { signal },
    );
    const ids = [...new Set(page.grants.map(({ subject }) => subject))].filter(
      id => !this.#granted.has(id),
    );
    const subjects = await Promise.all(
      ids.map(id => this.#subject(id, signal)),
    );
    // After all went well: a page that is read again shows the same.
    ids.forEach(id => this.#granted.add(id));
    return {
      subjects: subjects.filter(
        ({ kind }) => kinds.length === 0 || kinds.includes(kind),
      ),
      pageToken: page.nextPageToken,
      total: undefined,
    };
  }

  async #subject(id: string, signal?: AbortSignal): Promise<Subject> {
    return readSubject(this.#iam, id, this.#asOf, signal);
  }
}

export async function readSubject(
  iam: Pick<Iam, 'getUser' | 'getGroup'>,
  id: string,
  asOf?: AsOf,
  signal?: AbortSignal,
): Promise<Subject> {
  return isGroup(id)
    ? subjectOfGroup(await iam.getGroup({ group: id, asOf }, { signal }))
    : subjectOfUser(await iam.getUser({ user: id, asOf }, { signal }));
}

export function isGroup(id: string): boolean {
  return id.startsWith('iam.group/');
}

function subjectOfUser(user: User): Subject {
  const isMachine = user.type === UserType.MACHINE;
  return {
    id: user.id,
    kind: isMachine ? 'machine' : 'person',
    // Of an erased one nothing is left but the id.
    name: user.displayName || user.username || 'Erased person',
    detail: (isMachine ? user.username : user.email) || user.username,
    organization: user.organization,
  };
}

function subjectOfGroup(group: Group): Subject {
  return {
    id: group.id,
    kind: 'group',
    name: group.name,
    detail: group.slug,
    organization: group.organization,
  };
}

function count(total: bigint | undefined): number | undefined {
  return total === undefined ? undefined : Number(total);
}
