/** IAM's API on a real backend, with its commands and views on PostgreSQL. */
import type { AddressInfo } from 'node:net';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { apiServiceRef } from '@callboard/api-node';
import {
  newAggregateId,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import { ViewNotReadyError } from '@callboard/plugin-eventstore-node';
import {
  instanceAggregateId,
  userEntityRef,
  type UserId,
} from '@callboard/plugin-iam-common';
import { descriptors } from '@callboard/plugin-iam-common/api';
import { Internet } from '../commands/__testUtils__/TestIam';
import { createIamCommands } from '../commands/IamCommands';
import { runWork } from '../commands/runWork';
import { ids, person } from '../domain/__testUtils__/scene';
import { instanceAggregate } from '../domain/instance/instance';
import { setUpInstance } from '../domain/instance/setUpInstance';
import { change } from '../domain/unitOfWork';
import { TestViews } from '../queries/__testUtils__/TestViews';
import { callerOf } from './callerOf';
import { createIamServices } from './createIamServices';
import { reconciliationRequested } from '../asCode/events';
import { migrateSources } from '../asCode/migrateSources';
import { Sources } from '../asCode/Sources';
import { SourceStore } from '../asCode/SourceStore';
import { CredentialUses } from '../bearer/CredentialUses';
import { createImportRouter } from '../import/createImportRouter';
import { ViewLoginNames } from '../import/LoginNames';
import { UserImports } from '../import/UserImports';
import { ObjectHistory } from '../history/ObjectHistory';

jest.setTimeout(120_000);

const OPERATOR = 'external:terraform';
const GUEST = 'user:default/guest';
const instance = 'default' as InstanceId;
const home = ids.organization();
const owner = ids.user();

/** Guests are let in, as where somebody tries the portal. */
let isTrial = false;

let views: TestViews;
let store: SourceStore;
let base: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  views = await TestViews.start();
  const runner = views.store.commands.forPlugin('iam');
  const commands = createIamCommands({
    runner,
    authorizer: views.queries.authorizer,
    domains: new Internet(),
  });
  await setUp(runner);
  await migrateSources(views.knex);
  views.store.register([reconciliationRequested]);
  const { log } = views.store;
  const { knex } = views;
  const { authorizer } = views.queries;
  const imports = new UserImports({
    runner,
    log,
    authorizer,
    loginNames: new ViewLoginNames({ view: views.views.users, log, knex }),
  });
  store = new SourceStore(knex);
  await viewsAreThere();
  const backend = await startTestBackend({
    features: [
      createBackendPlugin({
        pluginId: 'iam',
        register(env) {
          env.registerInit({
            deps: {
              api: apiServiceRef,
              http: coreServices.httpRouter,
              httpAuth: coreServices.httpAuth,
              logger: coreServices.logger,
            },
            async init({ api, http, httpAuth, logger }) {
              http.use(
                createImportRouter({
                  imports,
                  logger,
                  callerOf: async request =>
                    callerOf(
                      {
                        credentials: await httpAuth.credentials(request, {
                          allow: ['user', 'service'],
                        }),
                      },
                      { instance, operators: [OPERATOR] },
                    ),
                }),
              );
              await api.serve({
                descriptors,
                title: 'Identity and access',
                version: '1.0.0',
                services: createIamServices({
                  commands,
                  queries: views.queries,
                  imports,
                  sources: new Sources({
                    sources: [
                      {
                        name: 'access',
                        target: '/access.yaml',
                        mode: 'observe',
                        instance,
                      },
                    ],
                    store,
                    log,
                    authorizer,
                  }),
                  uses: new CredentialUses({ knex, clock: () => new Date() }),
                  history: new ObjectHistory({ runner, log, authorizer }),
                  callerOf: async context =>
                    callerOf(context, {
                      instance,
                      operators: [OPERATOR],
                      guest: {
                        userEntityRef: GUEST,
                        may: () => isTrial,
                      },
                    }),
                  instanceOf: async () => instance,
                }),
              });
            },
          });
        },
      }),
      mockServices.httpAuth.factory({
        defaultCredentials: mockCredentials.none(),
      }),
      mockServices.rootConfig.factory({
        data: {
          backend: { baseUrl: 'http://localhost', listen: { port: 0 } },
          callboard: { grpc: { port: 0 } },
        },
      }),
    ],
  });
  stop = () => backend.stop();
  const { port } = backend.server.address() as AddressInfo;
  base = `http://127.0.0.1:${port}/api/iam`;
});

afterAll(async () => {
  await stop?.();
  await views?.stop();
});

/** A view that has just been made is refused until it is filled. */
async function viewsAreThere(): Promise<void> {
  for (;;) {
    try {
      await views.caughtUp();
      return;
    } catch (error) {
      if (!(error instanceof ViewNotReadyError)) {
        throw error;
      }
    }
  }
}

/** As the first start does it. */
async function setUp(
  runner: ReturnType<TestViews['store']['commands']['forPlugin']>,
) {
  const run = (work: Parameters<typeof runWork>[1]['work']) =>
    runWork(runner, {
      instance,
      actor: { kind: 'system', id: 'tests' },
      command: {},
      work,
    });
  await run(() =>
    change(instanceAggregate, instanceAggregateId(instance), {
      kind: 'Add',
      name: 'Example',
      language: 'en',
    }),
  );
  await run(() =>
    setUpInstance({
      proof: { by: 'configuration' },
      organization: { id: home, name: 'Home', slug: 'home' },
      owner: { id: owner, ...person('owner') },
    }),
  );
}

interface Answer {
  readonly status: number;
  readonly body: any; // any: each test knows what it asked for
  readonly headers: Headers;
}

async function call(
  line: string,
  body?: object,
  options: { user?: UserId; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const [method, path] = line.split(' ');
  const response = await fetch(`${base}${path}`, {
    method,
    headers: {
      authorization: mockCredentials.user.header(
        userEntityRef(options.user ?? owner),
      ),
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...options.headers,
    },
    body: body && JSON.stringify(body),
  });
  return {
    status: response.status,
    body: await response.json(),
    headers: response.headers,
  };
}

async function made(line: string, body: object): Promise<string> {
  const answer = await call(line, body);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body.id;
}

it('gives somebody a role, says why they may, and takes it again', async () => {
  const organization = await made('POST /admin/v1/organizations', {
    name: 'Orchestra',
    slug: 'orchestra',
  });
  const user = await made(
    `POST /management/v1/${organization}/humans`,
    person('ann'),
  );
  await call(`POST /management/v1/${user}:confirmEmail`, {});
  await call(`POST /management/v1/${user}:activate`, {});
  const project = await made(`POST /management/v1/${organization}/projects`, {
    name: 'Concert',
    slug: 'concert',
  });
  const role = await call(`POST /management/v1/${project}/roles`, {
    key: 'player',
    name: 'Player',
    permissions: [
      { pattern: 'concert.*' },
      { pattern: 'catalog.*', conditions: [{ owned: {} }] },
    ],
  });
  expect(role.status).toBe(200);
  const granted = await call('POST /management/v1/grants:change', {
    changes: [{ subject: user, project, role: 'player', granted: true }],
  });
  expect(granted.status).toBe(200);
  expect(granted.headers.get('callboard-position')).toBe(granted.body.position);
  await views.caughtUp();

  const explain = (more = '') =>
    call(
      `GET /management/v1/access:explain?subject=${user}&permission=concert.ticket.sell&scope=${project}${more}`,
    );
  const allowed = await explain();
  expect(allowed.body).toMatchObject({
    decision: 'ACCESS_DECISION_ALLOW',
    chains: [
      {
        links: [
          {
            grant: { holder: user, project, role: 'player' },
            decided: {
              type: 'iam.access.role_granted',
              actor: `user:${owner}`,
            },
          },
          { role: { role: 'player', patterns: ['concert.*'] } },
        ],
        obstacles: [],
      },
    ],
  });
  const { body: mine } = await call('GET /auth/v1/me/grants', undefined, {
    user: user as UserId,
  });
  expect(mine.grants).toMatchObject([{ project, role: 'player' }]);

  await call('POST /management/v1/grants:change', {
    changes: [{ subject: user, project, role: 'player', granted: false }],
  });
  await views.caughtUp();
  expect((await explain()).body.decision).toBe('ACCESS_DECISION_DENY');
  expect(
    (await explain(`&asOf.position=${granted.body.position}`)).body.decision,
  ).toBe('ACCESS_DECISION_ALLOW');
  const { body: roles } = await call(`GET /management/v1/${project}/roles`);
  expect(roles.roles[0].permissions).toEqual([
    { pattern: 'concert.*', conditions: [] },
    { pattern: 'catalog.*', conditions: [{ owned: {} }] },
  ]);
});

it('lists with filters, search, order, pages and totals', async () => {
  for (const name of ['alto', 'bass', 'cello']) {
    await made(`POST /management/v1/${home}/groups`, { name, slug: name });
  }
  await views.caughtUp();
  const list = `GET /management/v1/groups?organization=${home}&total=true&pageSize=2&descending=true`;
  const first = await call(list);
  expect(first.body).toMatchObject({
    groups: [
      { name: 'cello', status: 'GROUP_STATUS_ACTIVE' },
      { name: 'bass' },
    ],
    total: '3',
  });
  const second = await call(`${list}&pageToken=${first.body.nextPageToken}`);
  expect(second.body).toMatchObject({
    groups: [{ name: 'alto' }],
    nextPageToken: '',
  });
  const found = await call(
    'GET /management/v1/groups?search=ell&match=MATCH_SUBSTRING',
  );
  expect(found.body.groups).toMatchObject([{ name: 'cello' }]);
});

it('decides policies, and tells what holds and who decided it', async () => {
  const set = await call('PUT /admin/v1/policies', {
    settings: { lockout: { maxPasswordAttempts: 3, lockMinutes: 5 } },
    enforced: true,
  });
  expect(set.status).toBe(200);
  await views.caughtUp();
  const { body } = await call(`GET /management/v1/${home}/policies`);
  expect(body.policies).toHaveLength(9);
  expect(
    body.policies.find((each: any) => each.kind === 'POLICY_KIND_LOCKOUT'), // any: JSON
  ).toMatchObject({
    settings: {
      lockout: { maxPasswordAttempts: 3, maxFactorAttempts: 0, lockMinutes: 5 },
    },
    source: 'POLICY_SOURCE_INSTANCE',
    enforced: true,
  });
  expect(
    (await call('DELETE /admin/v1/policies/POLICY_KIND_LOCKOUT')).status,
  ).toBe(200);
});

it('does a repeated command once', async () => {
  const headers = { 'idempotency-key': 'again' };
  const create = () =>
    call(
      `POST /management/v1/${home}/machines`,
      { username: 'robot', name: 'Robot' },
      { headers },
    );
  const first = await create();
  expect(first.status).toBe(200);
  expect((await create()).body).toEqual(first.body);
  const { body: token } = await call(
    `POST /management/v1/${first.body.id}/tokens`,
    {
      name: 'build',
      scopes: ['catalog.*'],
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    },
  );
  expect(token).toMatchObject({
    id: expect.any(String),
    secret: expect.stringMatching(/^cbpat_/),
  });
});

it('names the fields at fault, of the definition and of the domain', async () => {
  const wrong = await call(`POST /management/v1/${home}/groups`, {
    name: '',
    slug: 'x'.repeat(64),
  });
  expect(wrong.status).toBe(400);
  expect(wrong.body.error.fields).toMatchObject([
    { field: 'name' },
    { field: 'slug' },
  ]);
  const refused = await call(`POST /management/v1/${home}/groups`, {
    name: 'Zither',
    slug: 'has blank',
  });
  expect(refused.body.error).toMatchObject({
    code: 'IAM_INPUT_ALPHABET',
    fields: [{ field: 'slug' }],
  });
});

it('knows callers by their account, and the operator by a token of its own', async () => {
  const guest = await fetch(`${base}/auth/v1/me`, {
    headers: {
      authorization: mockCredentials.user.header(GUEST),
    },
  });
  expect(guest.status).toBe(403);
  expect((await guest.json()).error.code).toBe('IAM_CALLER_UNKNOWN');

  const asService = (subject: string) =>
    fetch(`${base}/system/v1/instances`, {
      headers: {
        authorization: mockCredentials.service.header({
          onBehalfOf: mockCredentials.service(subject),
          targetPluginId: 'iam',
        }),
      },
    });
  expect((await asService('plugin:catalog')).status).toBe(403);
  const operator = await asService(OPERATOR);
  expect((await operator.json()).instances).toMatchObject([
    { instance, id: instanceAggregateId(instance) },
  ]);
  // Nobody without an account has one of their own.
  const nobody = await call('GET /auth/v1/me', undefined, {
    user: newAggregateId('iam.user') as UserId,
  });
  expect(nobody.status).toBe(404);
});

it('hides from others what is not theirs', async () => {
  const stranger = await made(
    `POST /management/v1/${home}/humans`,
    person('stranger'),
  );
  await call(`POST /management/v1/${stranger}:confirmEmail`, {});
  await call(`POST /management/v1/${stranger}:activate`, {});
  await views.caughtUp();
  const as = { user: stranger as UserId };
  const { body } = await call(
    'GET /management/v1/users?total=true',
    undefined,
    as,
  );
  expect(body).toMatchObject({ users: [], total: '0' });
  expect(
    (await call(`GET /management/v1/${owner}`, undefined, as)).status,
  ).toBe(404);
  const refused = await call(`POST /management/v1/${owner}:lock`, {}, as);
  expect([403, 404]).toContain(refused.status);
  expect((await call('GET /auth/v1/me', undefined, as)).body).toMatchObject({
    id: stranger,
    type: 'USER_TYPE_HUMAN',
    status: 'USER_STATUS_ACTIVE',
  });
});

it('lets a guest do everything where somebody tries the portal', async () => {
  const asGuest = (path: string, method = 'GET', body?: object) =>
    fetch(`${base}${path}`, {
      method,
      headers: {
        authorization: mockCredentials.user.header(GUEST),
        'content-type': 'application/json',
      },
      body: body && JSON.stringify(body),
    });
  expect((await asGuest('/management/v1/organizations')).status).toBe(403);
  isTrial = true;
  try {
    const created = await asGuest(`/management/v1/${home}/groups`, 'POST', {
      name: 'Made by a guest',
      slug: 'made-by-a-guest',
    });
    expect(created.status).toBe(200);
    const { id } = await created.json();
    const changes = await asGuest(`/management/v1/changes?object=${id}`);
    expect((await changes.json()).changes).toMatchObject([
      { type: 'iam.group.added', actor: `user:${GUEST}` },
    ]);
    // But they have no account.
    const me = await asGuest('/auth/v1/me');
    expect((await me.json()).error.code).toBe('IAM_USER_NOT_FOUND');
  } finally {
    isTrial = false;
  }
});

describe('import of people', () => {
  const HEADER = 'username,email,givenName,familyName\n';
  const row = (name: string) => `${name},${name}@example.com,${name},Bulk\n`;
  const path = (id: string, query: string) =>
    `/imports/v1/${home.slice('iam.organization/'.length)}/${id}?${query}`;

  async function upload(
    id: string,
    body: string,
    query = 'format=csv',
    user = owner,
  ) {
    const response = await fetch(`${base}${path(id, query)}`, {
      method: 'PUT',
      headers: {
        authorization: mockCredentials.user.header(userEntityRef(user)),
        'content-type': 'text/csv',
      },
      body,
    });
    const text = await response.text();
    const lines = text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    return { status: response.status, lines, last: lines.at(-1) };
  }

  const FILE = HEADER + row('bulk1') + row('owner') + row('bulk2');

  it('tries a file out without storing anything', async () => {
    const tried = await upload('tried', FILE, 'format=csv&dryRun=true');
    expect(tried).toMatchObject({
      status: 200,
      lines: [
        {
          failure: {
            row: 2,
            code: 'iam.user.login_name_taken',
            message: expect.stringMatching(/\w+/),
          },
        },
        { done: { rows: 3, added: 0, valid: 2, failed: 1 } },
      ],
    });
    const none = await call(`GET /management/v1/${home}/userImports/tried`);
    expect(none).toMatchObject({
      status: 404,
      body: { error: { code: 'IAM_USER_IMPORT_NOT_FOUND' } },
    });
  });

  it('adds people, tells how far it is, and keeps a report', async () => {
    const many = Array.from({ length: 250 }, (_, at) => row(`many${at}`));
    const file = HEADER + many.join('') + row('owner');
    const first = await upload('many', file, 'format=csv&activate=true');
    expect(first.lines.slice(0, 2)).toEqual([
      { rows: 100, added: 100, valid: 0, failed: 0 },
      { rows: 200, added: 200, valid: 0, failed: 0 },
    ]);
    expect(first.last).toEqual({
      done: { rows: 251, added: 250, valid: 0, failed: 1 },
    });
    const about = `/management/v1/${home}/userImports/many`;
    expect((await call(`GET ${about}`)).body).toMatchObject({
      status: 'USER_IMPORT_STATUS_COMPLETED',
      format: 'csv',
      activate: true,
      rows: 251,
      added: 250,
      failed: 1,
    });
    // Again: the same people, and nobody twice.
    const head = await views.store.log.head();
    const again = await upload('many', file, 'format=csv&activate=true');
    expect(again.last).toEqual(first.last);
    expect((await views.store.log.head()).position).toBe(head.position);

    const { body: page } = await call(`GET ${about}/rows?pageSize=200`);
    expect(page.rows).toHaveLength(200);
    const { body: rest } = await call(
      `GET ${about}/rows?pageSize=200&pageToken=${page.nextPageToken}`,
    );
    expect(rest.rows.map(({ row: at }: { row: number }) => at)).toEqual(
      Array.from({ length: 51 }, (_, at) => at + 201),
    );
    expect(rest.nextPageToken).toBe('');
    const failed = {
      row: 251,
      outcome: 'USER_IMPORT_OUTCOME_FAILED',
      code: 'iam.user.login_name_taken',
      field: 'username',
    };
    expect(
      (await call(`GET ${about}/rows?onlyFailed=true`)).body.rows,
    ).toMatchObject([failed]);
    const report = await fetch(`${base}${about}/report?onlyFailed=true`, {
      headers: {
        authorization: mockCredentials.user.header(userEntityRef(owner)),
      },
    });
    expect(report.headers.get('content-disposition')).toContain('many.csv');
    expect(await report.text()).toMatch(
      /^row,outcome,user,code,field,message\r\n251,failed,,iam\.user\.login_name_taken,username,.+\r\n$/,
    );
  });

  it('reads lines of JSON, too', async () => {
    const line = JSON.stringify({
      username: 'json1',
      email: 'json1@example.com',
      givenName: 'J',
      familyName: 'Son',
    });
    expect((await upload('json', line, 'format=jsonl')).last).toMatchObject({
      done: { added: 1 },
    });
  });

  it('says what is wrong with a file or a setting, in its place', async () => {
    const fault = async (...given: Parameters<typeof upload>) => {
      const { status, last } = await upload(...given);
      const [field] = last.error.fields ?? [];
      return `${status} ${last.error.code} ${field?.field ?? ''}`.trim();
    };
    expect(await fault('wrong', 'name\nx\n')).toBe(
      '400 IAM_INPUT_UNKNOWN_FIELD name',
    );
    expect(await fault('wrong', '')).toBe('400 IAM_INPUT_EMPTY rows');
    expect(await fault('wrong', FILE, 'format=xlsx')).toBe(
      '400 IAM_INPUT_UNKNOWN_CHOICE format',
    );
    expect(await fault('wrong', FILE, 'format=csv&dryRun=1')).toBe(
      '400 IAM_INPUT_WRONG_TYPE dryRun',
    );
    expect(await fault('wrong', FILE, 'format=csv&dry=true')).toBe(
      '400 IAM_INPUT_UNKNOWN_FIELD dry',
    );
    expect(await fault('no%20id', FILE)).toBe(
      '400 IAM_INPUT_ALPHABET importId',
    );
    const tooLarge = 'x'.repeat(32 * 1024 * 1024 + 1);
    expect(await fault('wrong', tooLarge)).toBe(
      '413 IAM_USER_IMPORT_TOO_LARGE',
    );
    const nobody = newAggregateId('iam.user') as UserId;
    expect(await fault('wrong', FILE, 'format=csv', nobody)).toBe(
      '404 IAM_ORGANIZATION_NOT_FOUND organization',
    );
  });
});

it('shows what happened to things, and to oneself', async () => {
  const user = await made(`POST /management/v1/${home}/machines`, {
    username: 'historian',
    name: 'Historian',
  });
  await call(`POST /management/v1/${user}:changeMachine`, {
    name: 'Chronicler',
  });
  await call(`POST /management/v1/${user}/secret`, {});
  const list = (more = '', as?: UserId) =>
    call(`GET /management/v1/changes?object=${user}${more}`, undefined, {
      user: as,
    });
  const { body } = await list();
  expect(
    body.changes.map(({ type }: { type: string }) => type).reverse(),
  ).toEqual(expect.arrayContaining(['iam.user.machine_added']));
  expect(JSON.stringify(body)).toContain('"after":"Chronicler"');
  expect(JSON.stringify(body)).toContain('"before":"Historian"');
  // A digest is nobody's business.
  const events = await views.store.log.readAggregate(user as never);
  const digest = events
    .map(({ payload }) => (payload as { digest?: string }).digest)
    .find(Boolean);
  expect(digest).toBeDefined();
  expect(JSON.stringify(body)).not.toContain(digest);

  const first = await list('&pageSize=1');
  expect(first.body.changes).toHaveLength(1);
  const second = await list(`&pageToken=${first.body.nextPageToken}`);
  expect(second.body.changes).toHaveLength(body.changes.length - 1);

  const mine = await call('GET /auth/v1/me/changes', undefined, {
    user: user as UserId,
  });
  expect(mine.body.changes).toEqual(body.changes);
  const stranger = newAggregateId('iam.user') as UserId;
  expect((await list('', stranger)).status).toBe(404);
});

describe('access as code', () => {
  it('shows sources with their plans, and takes orders', async () => {
    const key = { instance, name: 'access', epoch: 1 };
    const place = { file: 'access.yaml', line: 3, column: 5 };
    await store.compared(key, {
      state: 'pending',
      revision: 'r1',
      position: 7 as never,
      planId: 'as-code/1',
      plan: {
        changes: [
          {
            action: 'create',
            resource: {
              kind: 'group',
              key: 'group home/devs',
              refs: {},
              fields: { name: 'Devs' },
            },
            fields: [{ field: 'name', after: 'Devs' }],
            place,
          },
        ],
        extras: [],
        faults: [{ code: 'iam.input.empty', message: 'x is empty', place }],
      },
    });
    const { body } = await call('GET /admin/v1/sources');
    expect(body.sources).toMatchObject([
      {
        name: 'access',
        mode: 'SOURCE_MODE_OBSERVE',
        state: 'SOURCE_STATE_PENDING',
        position: '7',
        applying: false,
        plan: {
          id: 'as-code/1',
          changes: [
            {
              action: 'PLANNED_ACTION_CREATE',
              key: 'group home/devs',
              fields: [{ field: 'name', after: 'Devs' }],
              place,
            },
          ],
          faults: [{ code: 'iam.input.empty', place }],
          lines: expect.arrayContaining([
            expect.objectContaining({ sign: '+', place }),
          ]),
        },
      },
    ]);
    const order = (plan: string) =>
      call('POST /admin/v1/sources/access:apply', { plan });
    expect((await order('as-code/0')).body.error.code).toBe(
      'IAM_VERSION_STALE',
    );
    const ordered = await order('as-code/1');
    expect(ordered.status).toBe(200);
    expect(ordered.headers.get('callboard-position')).toBe(
      ordered.body.position,
    );
    expect((await call('GET /admin/v1/sources')).body.sources).toMatchObject([
      { applying: true },
    ]);
    expect((await call('POST /admin/v1/sources/access:plan', {})).status).toBe(
      200,
    );
    expect(
      (await call('POST /admin/v1/sources/other:plan', {})).body.error.code,
    ).toBe('IAM_SOURCE_NOT_FOUND');
    const nobody = { user: newAggregateId('iam.user') as UserId };
    expect(
      (await call('GET /admin/v1/sources', undefined, nobody)).status,
    ).toBe(403);
  });
});
