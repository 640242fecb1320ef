/**
 * G11: no caller sees or counts another instance's or organization's rows
 * without a grant. G14: as of a moment everything is as it was then. Every
 * list, get, count and check is compared with a model that looks at all there
 * is, in worlds made by chance.
 */
import type { EventEnvelope } from '@callboard/plugin-eventstore-common';
import {
  instanceAggregateId,
  permissions,
  type Permission,
} from '@callboard/plugin-iam-common';
import { administrationAggregate } from '../domain/administration/administration';
import { administratorRoleAggregate } from '../domain/administratorRole/administratorRole';
import { organizationAggregate } from '../domain/organization/organization';
import { projectGrantAggregate } from '../domain/projectGrant/projectGrant';
import { userAggregate } from '../domain/user/user';
import { foldText, sortKey } from '../projections/searchText';
import type { Caller } from './Authorizer';
import type { Page, PageOptions } from './paging/Page';
import { NaiveIam, type NaiveReach } from './__testUtils__/NaiveIam';
import {
  Chance,
  INSTANCES,
  randomWorld,
  SPANS,
} from './__testUtils__/randomWorld';
import { TestViews } from './__testUtils__/TestViews';

jest.setTimeout(900_000);

const SEED = Number(process.env.IAM_SEED ?? 1);
const STEPS = Number(process.env.IAM_STEPS ?? 900);
const CALLERS = Number(process.env.IAM_CALLERS ?? 24);
const CHECKS = Number(process.env.IAM_CHECKS ?? 1_200);
const QUERIES = [
  'a',
  'an',
  'smith',
  'smi',
  'ö',
  'mull',
  "o'n",
  'u1. smith',
  'zz',
];
const PORTAL = ['catalog.entity.read', 'a.b.c', 'scaffolder.task.read', 'x.y'];

describe('IAM read by a caller (G11, G14)', () => {
  let test: TestViews;
  let events: EventEnvelope[];
  const models = new Map<number, NaiveIam>();
  const chance = new Chance(SEED);

  /** The model of the log as of a position. */
  const modelAt = (position: number) => {
    const known =
      models.get(position) ?? new NaiveIam(events.slice(0, position));
    models.set(position, known);
    return known;
  };

  beforeAll(async () => {
    test = await TestViews.start();
    await test.append(randomWorld(SEED, STEPS).log);
    await test.caughtUp();
    events = [];
    for await (const batch of test.store.log.readAll()) {
      events.push(...batch.events);
    }
    test.now = new Date(Date.now() + chance.of(SPANS));
  });

  afterAll(async () => {
    await test?.stop();
  });

  const queries = () => test.queries;
  const atNow = () => test.now;

  const someone = (): Extract<Caller, { kind: 'user' }> => {
    const instance = chance.of(INSTANCES);
    const model = modelAt(events.length);
    // Mostly somebody who administers something: the others see nothing.
    const administrators = model
      .idsOf('iam.administration', instance)
      .flatMap(id => [...model.of(administrationAggregate, id).roles])
      .map(([subject]) => subject as string)
      .filter(subject => subject.startsWith('iam.user/'));
    const everybody = model.idsOf('iam.user', instance);
    const user = chance.of(
      chance.below(5) === 0 || administrators.length === 0
        ? everybody
        : administrators,
    );
    return { kind: 'user', instance, user: user as never };
  };

  /** A moment, and what a read of it is given. */
  const moment = () => {
    if (chance.below(2) === 0) {
      return { model: modelAt(events.length), asOf: undefined, time: atNow() };
    }
    // A few moments only: the model of each is made once.
    const at = Math.floor((events.length * (1 + chance.below(6))) / 7);
    const time = new Date(events[at - 1]!.recordedAt);
    return { model: modelAt(at), asOf: at as never, time };
  };

  /** Every page of a list, one after the other; and that its total is right. */
  async function all<T>(
    list: (options: PageOptions<any>) => Promise<Page<T>>, // any: sorts of all lists
    options: PageOptions<any>, // any: as above
  ): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | undefined;
    let total: number | undefined;
    do {
      const page: Page<T> = await list({
        ...options,
        cursor,
        limit: 3 + chance.below(60),
        total: true,
      });
      items.push(...page.items);
      cursor = page.nextCursor;
      total = page.total;
    } while (cursor !== undefined);
    expect(total).toBe(items.length);
    return items;
  }

  const sees = (reach: NaiveReach, organization: string | undefined) =>
    reach.everywhere || reach.organizations.has(organization!);

  const byName = (rows: { id: string; name: string }[]) =>
    rows
      .map(({ id, name }) => ({ id, key: Buffer.from(sortKey(name)) }))
      .sort(
        (a, b) =>
          a.key.compare(b.key) || Buffer.from(a.id).compare(Buffer.from(b.id)),
      )
      .map(({ id }) => id);

  const finds = (query: string, texts: unknown[]) => {
    const tokens = texts
      .filter(text => typeof text === 'string')
      .flatMap(text => foldText(text as string).split(/\s+/));
    return foldText(query)
      .split(/\s+/)
      .every(word =>
        tokens.some(token =>
          [...word].length >= 3
            ? token.includes(word)
            : token.startsWith(word) ||
              token
                .split(/(?<=[^\p{L}\p{N}])(?=[\p{L}\p{N}])/u)
                .some(part => part.startsWith(word)),
        ),
      );
  };

  it('checks permissions as the model does', async () => {
    const names = Object.keys(permissions) as Permission[];
    const tally = { yes: 0, no: 0 };
    for (let at = 0; at < CHECKS; at += 1) {
      const { model, asOf, time } = moment();
      const caller = someone();
      const permission = chance.of(names);
      const scope = chance.of(
        [
          instanceAggregateId(chance.of([caller.instance, ...INSTANCES])),
          ...model.idsOf('iam.organization'),
          ...model.idsOf('iam.project'),
        ].filter(
          id => chance.below(3) > 0 || model.instanceOf(id) === caller.instance,
        ),
      );
      const expected = model.may(
        caller.user,
        caller.instance,
        permission,
        scope,
        time,
      );
      const found = await queries().authorizer.may(
        caller,
        permission,
        scope as never,
        { asOf },
      );
      expect({ at, caller, permission, scope, asOf, found }).toEqual({
        at,
        caller,
        permission,
        scope,
        asOf,
        found: expected,
      });
      tally[found ? 'yes' : 'no'] += 1;
      if (at % 8 !== 0) {
        continue;
      }
      const explained = await queries().explainer.explain(
        { kind: 'operator', instance: caller.instance },
        { subject: caller.user, permission, scope: scope as never },
        { asOf },
      );
      expect(explained?.decision ?? 'deny').toBe(found ? 'allow' : 'deny');
    }
    // Not a comparison of nothing with nothing.
    expect(tally.yes).toBeGreaterThan(CHECKS / 20);
    expect(tally.no).toBeGreaterThan(CHECKS / 20);
  });

  it("finds who has other plugins' permissions as the model does", async () => {
    let some = 0;
    for (let at = 0; at < CHECKS / 4; at += 1) {
      const { model, asOf, time } = moment();
      const instance = chance.of(INSTANCES);
      const user = chance.of(
        modelAt(events.length).idsOf('iam.user', instance),
      );
      const caller = { kind: 'user', instance, user: user as never } as const;
      const permission = chance.of(PORTAL);
      const expected = model.holdings(user, instance, permission, time);
      const holdings = await queries().authorizer.holdingsOf(
        caller,
        permission,
        { asOf },
      );
      const found = holdings.map(holding =>
        JSON.stringify(
          holding.by === 'administrator'
            ? [holding.scope, holding.role]
            : [
                holding.project,
                holding.role,
                holding.organization,
                holding.conditions,
              ],
        ),
      );
      expect([...new Set(found)].sort()).toEqual(expected);
      some += expected.length > 0 ? 1 : 0;
      const explained = await queries().explainer.explain(
        { kind: 'operator', instance },
        { subject: user as never, permission },
        { asOf },
      );
      const unconditional = holdings.some(holding =>
        holding.by === 'administrator'
          ? holding.level === 'instance'
          : holding.conditions.length === 0,
      );
      const conditional = holdings.some(({ by }) => by === 'role');
      let decision = conditional ? 'conditional' : 'deny';
      decision = unconditional ? 'allow' : decision;
      expect(explained?.decision ?? 'deny').toBe(decision);
    }
    expect(some).toBeGreaterThan(CHECKS / 80);
  });

  it('lists, counts, searches and gets users', async () => {
    let seen = 0;
    for (let at = 0; at < CALLERS; at += 1) {
      const caller = someone();
      const { model, asOf } = moment();
      const now = modelAt(events.length);
      const reach = now.reach(
        caller.user,
        caller.instance,
        'iam.user.read',
        atNow(),
      );
      const organization =
        chance.below(3) === 0
          ? (chance.of(now.idsOf('iam.organization')) as never)
          : undefined;
      const search = chance.below(2) === 0 ? chance.of(QUERIES) : undefined;
      const visible = model
        .idsOf('iam.user', caller.instance)
        .map(id => ({ id, state: model.of(userAggregate, id) }))
        .filter(({ id }) => sees(reach, model.organizationOf(id)))
        .filter(
          ({ state }) =>
            state.status !== 'removed' && state.status !== 'erased',
        )
        .filter(
          ({ id }) =>
            organization === undefined ||
            model.organizationOf(id) === organization,
        )
        .filter(
          ({ state }) =>
            search === undefined ||
            finds(search, [
              state.username,
              state.email?.value,
              state.profile.displayName ?? state.profile.name,
              state.profile.givenName,
              state.profile.familyName,
            ]),
        );
      const found = await all(
        options =>
          queries().users.list(caller, { organization, search }, options),
        { asOf },
      );
      expect(found.map(({ id }) => id)).toEqual(
        byName(
          visible.map(({ id, state }) => ({
            id,
            name: String(state.profile.displayName ?? state.profile.name),
          })),
        ),
      );
      seen += found.length;
      for (let each = 0; each < 4; each += 1) {
        const id = chance.of(model.idsOf('iam.user'));
        const state = model.of(userAggregate, id);
        const user = await queries().users.get(caller, id as never, {
          asOf,
        });
        const isVisible =
          model.instanceOf(id) === caller.instance &&
          (id === caller.user || sees(reach, model.organizationOf(id)));
        const toldOf = state.username === '' ? [] : ['username', 'email'];
        const told = {
          id,
          status: state.status,
          username: state.username,
          email: state.email?.value ?? null,
        };
        const names = ['id', 'status', ...toldOf] as (keyof typeof told)[];
        expect(user && names.map(name => user[name])).toEqual(
          isVisible ? names.map(name => told[name]) : undefined,
        );
      }
    }
    expect(seen).toBeGreaterThan(CALLERS);
  });

  it.each([
    ['groups', 'iam.group', 'iam.group.read'],
    ['projects', 'iam.project', 'iam.project.read'],
    ['organizations', 'iam.organization', 'iam.organization.read'],
  ] as const)(
    'lists, counts, searches and gets %s',
    async (name, type, permission) => {
      let seen = 0;
      for (let at = 0; at < CALLERS; at += 1) {
        const caller = someone();
        const { model, asOf } = moment();
        const reach = modelAt(events.length).reach(
          caller.user,
          caller.instance,
          permission,
          atNow(),
        );
        const search = chance.below(2) === 0 ? chance.of(QUERIES) : undefined;
        const isVisible = (id: string) =>
          model.instanceOf(id) === caller.instance &&
          (sees(reach, model.organizationOf(id)) || reach.projects.has(id));
        const visible = model
          .idsOf(type, caller.instance)
          .map(id => ({ id, state: model.of(organizationAggregate, id) }))
          .filter(
            ({ id, state }) => isVisible(id) && state.status !== 'removed',
          )
          .filter(
            ({ state }) =>
              search === undefined || finds(search, [state.name, state.slug]),
          );
        const found = await all<{ id: string }>(
          options => queries()[name].list(caller, { search }, options),
          { asOf },
        );
        expect(found.map(({ id }) => id)).toEqual(
          byName(visible.map(({ id, state }) => ({ id, name: state.name }))),
        );
        seen += found.length;
        for (let each = 0; each < 4; each += 1) {
          const id = chance.of(model.idsOf(type));
          const one = await queries()[name].get(caller, id as never, {
            asOf,
          });
          const { status, name: called } = model.of(organizationAggregate, id);
          expect(one && [one.id, one.status, one.name]).toEqual(
            isVisible(id) ? [id, status, called] : undefined,
          );
        }
      }
      expect(seen).toBeGreaterThan(CALLERS);
    },
  );

  it('lists and counts grants, administrators, roles and delegations', async () => {
    const seen = { grants: 0, administrators: 0, roles: 0, delegations: 0 };
    for (let at = 0; at < CALLERS; at += 1) {
      const caller = someone();
      const { model, asOf } = moment();
      const now = modelAt(events.length);
      const { instance, user } = caller;
      const reachOf = (permission: Permission) =>
        now.reach(user, instance, permission, atNow());

      const reach = reachOf('iam.grant.read');
      const grants = await all(
        options => queries().grants.list(caller, {}, options),
        { asOf },
      );
      const expected = [
        ...model.idsOf('iam.user', instance),
        ...model.idsOf('iam.group', instance),
      ]
        .flatMap(subject => model.grantsOf(subject))
        .filter(
          grant =>
            sees(reach, grant.organization) ||
            sees(reach, grant.projectOrganization) ||
            reach.projects.has(grant.project),
        );
      const text = (grant: {
        subject: string;
        project: string;
        role: string;
      }) => `${grant.subject} ${grant.project} ${grant.role}`;
      expect(grants.map(text).sort()).toEqual(expected.map(text).sort());
      seen.grants += grants.length;
      expect(await queries().grants.count(caller, {}, { asOf })).toBe(
        expected.length,
      );

      const administrators = await all(
        options => queries().administrators.list(caller, {}, options),
        { asOf },
      );
      const scopes = [
        instanceAggregateId(instance) as string,
        ...model.idsOf('iam.organization', instance),
        ...model.idsOf('iam.project', instance),
      ].filter(scope => {
        const level = scope.slice('iam.'.length, scope.indexOf('/'));
        const of = reachOf(`iam.${level}.administrator.read` as Permission);
        return sees(of, model.organizationOf(scope)) || of.projects.has(scope);
      });
      expect(
        administrators
          .map(({ scope, subject, role }) => `${scope} ${subject} ${role}`)
          .sort(),
      ).toEqual(scopes.flatMap(scope => model.administratorsOf(scope)).sort());
      seen.administrators += administrators.length;

      const roleReach = reachOf('iam.administrator_role.read');
      const seesAny = roleReach.everywhere || roleReach.organizations.size > 0;
      const roles = await all(
        options => queries().administrators.roles(caller, {}, options),
        { asOf },
      );
      expect(roles.map(({ id }) => id as string).sort()).toEqual(
        model
          .idsOf('iam.administrator_role', instance)
          .filter(id => {
            const state = model.of(administratorRoleAggregate, id);
            return (
              ['active', 'removing'].includes(state.status) &&
              seesAny &&
              (!state.organization || sees(roleReach, state.organization))
            );
          })
          .sort(),
      );
      seen.roles += roles.length;

      const projectReach = reachOf('iam.project.read');
      const delegations = await all(
        options => queries().projectGrants.list(caller, {}, options),
        { asOf },
      );
      expect(delegations.map(({ id }) => id as string).sort()).toEqual(
        model
          .idsOf('iam.project_grant', instance)
          .filter(id => {
            const { status, project, organization } = model.of(
              projectGrantAggregate,
              id,
            );
            return (
              status !== 'none' &&
              (sees(projectReach, organization) ||
                sees(projectReach, model.organizationOf(project!)) ||
                projectReach.projects.has(project!))
            );
          })
          .sort(),
      );
      seen.delegations += delegations.length;
    }
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  });

  it('lists and counts the members of groups', async () => {
    let seen = 0;
    for (let at = 0; at < CALLERS * 2; at += 1) {
      const caller = someone();
      const { model, asOf } = moment();
      const group = chance.of(model.idsOf('iam.group'));
      const isVisible =
        model.instanceOf(group) === caller.instance &&
        modelAt(events.length).may(
          caller.user,
          caller.instance,
          'iam.group.read',
          model.organizationOf(group)!,
          atNow(),
        );
      const members = await all(
        options =>
          queries().members.ofGroup(caller, group as never, {}, options),
        { asOf },
      );
      expect(members.map(({ member }) => member as string).sort()).toEqual(
        isVisible ? model.membersOf(group).sort() : [],
      );
      seen += members.length;
    }
    expect(seen).toBeGreaterThan(0);
  });

  it('shows an instance to nobody else', async () => {
    for (let at = 0; at < CALLERS; at += 1) {
      const caller = someone();
      const expected = modelAt(events.length).may(
        caller.user,
        caller.instance,
        'iam.instance.read',
        instanceAggregateId(caller.instance),
        atNow(),
      )
        ? [caller.instance]
        : [];
      const { items, total } = await queries().instances.list(
        caller,
        {},
        { total: true },
      );
      expect(items.map(({ instance }) => instance)).toEqual(expected);
      expect(total).toBe(expected.length);
      for (const instance of INSTANCES) {
        const one = await queries().instances.get(
          caller,
          instanceAggregateId(instance),
        );
        expect(one?.instance).toBe(
          expected.includes(instance) ? instance : undefined,
        );
      }
    }
    const operator: Caller = { kind: 'operator', instance: INSTANCES[0]! };
    const { items } = await queries().instances.list(operator);
    expect(items.map(({ instance }) => instance).sort()).toEqual(
      [...INSTANCES].sort(),
    );
  });
});
