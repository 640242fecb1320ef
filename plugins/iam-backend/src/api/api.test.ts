/** IAM's API on a real backend, with its commands and views on PostgreSQL. */
import type { AddressInfo } from 'node:net';
import { createBackendPlugin } from '@backstage/backend-plugin-api';
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

jest.setTimeout(120_000);

const OPERATOR = 'external:terraform';
const instance = 'default' as InstanceId;
const home = ids.organization();
const owner = ids.user();

let views: TestViews;
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
  await viewsAreThere();
  const backend = await startTestBackend({
    features: [
      createBackendPlugin({
        pluginId: 'iam',
        register(env) {
          env.registerInit({
            deps: { api: apiServiceRef },
            async init({ api }) {
              await api.serve({
                descriptors,
                title: 'Identity and access',
                version: '1.0.0',
                services: createIamServices({
                  commands,
                  queries: views.queries,
                  callerOf: async context =>
                    callerOf(context, { instance, operators: [OPERATOR] }),
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
      authorization: mockCredentials.user.header('user:default/guest'),
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
