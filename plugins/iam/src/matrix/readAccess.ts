/**
 * Reads the cells of some subjects: what they were given themselves, and what
 * they have through groups, at any depth. What a group has is read once, however
 * many subjects are in it.
 */
import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { Client } from '@connectrpc/connect';
import type {
  Grant,
  ManagementService,
  Membership,
} from '@callboard/plugin-iam-common/api';
import type {
  Cell,
  DirectGrant,
  GroupStep,
  InheritedGrant,
  SubjectCells,
} from './cells';
import { allPages } from '../reading/allPages';
import { limitConcurrency } from './limitConcurrency';

type Iam = Pick<
  Client<typeof ManagementService>,
  'listGrants' | 'listMemberships'
>;
type AsOf = Parameters<Iam['listGrants']>[0]['asOf'];

/** As many as a browser opens connections to a host over HTTP/1.1. */
const CONCURRENCY = 6;
const PAGE = 200;

export class AccessReader {
  readonly #iam: Iam;
  readonly #project: string;
  readonly #asOf: AsOf;
  readonly #limited = limitConcurrency(CONCURRENCY);
  readonly #grants = new Map<string, Promise<Grant[]>>();
  readonly #memberships = new Map<string, Promise<Membership[]>>();

  constructor(iam: Iam, project: string, asOf?: AsOf) {
    this.#iam = iam;
    this.#project = project;
    this.#asOf = asOf;
  }

  /** By id of the subject. */
  async read(
    subjects: readonly string[],
  ): Promise<ReadonlyMap<string, SubjectCells>> {
    const cells = await Promise.all(
      subjects.map(
        async subject => [subject, await this.#cellsOf(subject)] as const,
      ),
    );
    return new Map(cells);
  }

  /** What was read is read again; so also what groups have. */
  forget(): void {
    this.#grants.clear();
    this.#memberships.clear();
  }

  async #cellsOf(subject: string): Promise<SubjectCells> {
    const [own, inherited] = await Promise.all([
      this.#grantsOf(subject),
      this.#inheritedBy(subject),
    ]);
    const cells = new Map<string, Cell>();
    const put = (role: string, change: (cell: Cell) => Cell) =>
      cells.set(role, change(cells.get(role) ?? { inherited: [] }));
    for (const grant of own) {
      put(grant.role, cell => ({ ...cell, direct: toDirectGrant(grant) }));
    }
    for (const [role, grant] of inherited) {
      put(role, cell => ({ ...cell, inherited: [...cell.inherited, grant] }));
    }
    return cells;
  }

  /** Breadth first, so that the shortest way to each group is told. */
  async #inheritedBy(subject: string): Promise<[string, InheritedGrant][]> {
    const found: [string, InheritedGrant][] = [];
    const seen = new Set<string>([subject]);
    let ways: { at: string; through: readonly GroupStep[] }[] = [
      { at: subject, through: [] },
    ];
    while (ways.length > 0) {
      const next = await Promise.all(
        ways.map(async ({ at, through }) =>
          (await this.#membershipsOf(at)).map(({ group, groupName }) => ({
            at: group,
            through: [...through, { id: group, name: groupName || group }],
          })),
        ),
      );
      ways = [];
      for (const way of next.flat()) {
        if (!seen.has(way.at)) {
          seen.add(way.at);
          ways.push(way);
        }
      }
      const grants = await Promise.all(
        ways.map(async way => ({
          way,
          grants: await this.#grantsOf(way.at),
        })),
      );
      for (const { way, grants: held } of grants) {
        for (const grant of held) {
          const { expiresAt, expired } = toDirectGrant(grant);
          found.push([
            grant.role,
            { through: way.through, expiresAt, expired },
          ]);
        }
      }
    }
    return found;
  }

  #grantsOf(subject: string): Promise<Grant[]> {
    return this.#once(this.#grants, subject, () =>
      allPages(async pageToken => {
        const page = await this.#iam.listGrants({
          subject,
          project: this.#project,
          asOf: this.#asOf,
          pageSize: PAGE,
          pageToken,
        });
        return { items: page.grants, next: page.nextPageToken };
      }),
    );
  }

  #membershipsOf(member: string): Promise<Membership[]> {
    return this.#once(this.#memberships, member, () =>
      allPages(async pageToken => {
        const page = await this.#iam.listMemberships({
          member,
          asOf: this.#asOf,
          pageSize: PAGE,
          pageToken,
        });
        return { items: page.memberships, next: page.nextPageToken };
      }),
    );
  }

  /** What failed or was aborted is not remembered. */
  #once<T>(
    known: Map<string, Promise<T>>,
    key: string,
    read: () => Promise<T>,
  ): Promise<T> {
    const before = known.get(key);
    if (before) {
      return before;
    }
    const reading = this.#limited(read);
    known.set(key, reading);
    reading.catch(() => known.delete(key));
    return reading;
  }
}

function toDirectGrant(grant: Grant): DirectGrant {
  return {
    expiresAt: grant.expiresAt && timestampMs(grant.expiresAt),
    expired: grant.expired,
    since: grant.since && timestampMs(grant.since),
    decidedBy: grant.decidedBy,
    position: Number(grant.position),
  };
}
