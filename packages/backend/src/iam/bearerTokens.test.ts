/**
 * Machines call IAM's API with tokens and secrets of IAM: on the portal's port
 * and on that of gRPC, with the real services that check credentials.
 */
import { randomBytes } from 'node:crypto';
import { authServiceFactory } from '@backstage/backend-defaults/auth';
import { databaseServiceFactory } from '@backstage/backend-defaults/database';
import { httpAuthServiceFactory } from '@backstage/backend-defaults/httpAuth';
import {
  coreServices,
  createBackendPlugin,
} from '@backstage/backend-plugin-api';
import {
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import iam, { iamTokenHandler } from '@callboard/plugin-iam-backend';
import { Router } from 'express';
import request from 'supertest';

jest.setTimeout(120_000);

const OPERATOR = `operator-${randomBytes(24).toString('hex')}`;
const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });

/** Another plugin, which lets services in, as those of Backstage do. */
const other = createBackendPlugin({
  pluginId: 'other',
  register: env =>
    env.registerInit({
      deps: { http: coreServices.httpRouter },
      init: async ({ http }) => {
        const router = Router();
        router.get('/open-to-services', (_request, response) => {
          response.json({});
        });
        http.use(router);
      },
    }),
});

let backend: Awaited<ReturnType<typeof startTestBackend>>;
const logged: string[] = [];

beforeAll(async () => {
  const knex = await databases.init('POSTGRES_18');
  const { connection } = knex.client.config;
  const logger = mockServices.rootLogger.mock();
  for (const level of ['debug', 'info', 'warn', 'error'] as const) {
    logger[level].mockImplementation((message, meta) => {
      logged.push(`${message} ${JSON.stringify(meta ?? {})}`);
    });
  }
  logger.child.mockReturnValue(logger);
  backend = await startTestBackend({
    features: [
      authServiceFactory,
      databaseServiceFactory,
      httpAuthServiceFactory,
      logger.factory,
      iamTokenHandler,
      iam,
      other,
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost' },
          callboard: { grpc: { port: 0 } },
          eventstore: {
            masterKeys: [
              { id: 'test', secret: randomBytes(32).toString('base64') },
            ],
            seal: false,
          },
          iam: {
            operators: ['tests'],
            setUp: {
              organization: { name: 'Home', slug: 'home' },
              owner: {
                username: 'ann',
                givenName: 'Ann',
                familyName: 'Example',
                email: 'ann@example.com',
              },
            },
          },
          backend: {
            baseUrl: 'http://localhost',
            auth: {
              externalAccess: [
                {
                  type: 'static',
                  options: { token: OPERATOR, subject: 'tests' },
                },
              ],
            },
            database: {
              client: 'pg',
              pluginDivisionMode: 'schema',
              knexConfig: { pool: { min: 0, max: 5 } },
              // knex hides the password from being copied.
              connection: { ...connection, password: connection.password },
            },
          },
        },
      }),
    ],
  });
});

afterAll(async () => {
  await backend?.stop();
});

async function call(token: string, line: string, body?: object) {
  const [method, path] = line.split(' ') as [string, string];
  const verb = method.toLowerCase() as 'get' | 'post' | 'delete';
  return request(backend.server)
    [verb](path)
    .set('authorization', `Bearer ${token}`)
    .send(body);
}

async function done(token: string, line: string, body?: object) {
  const answer = await call(token, line, body);
  expect({ status: answer.status, body: answer.body }).toMatchObject({
    status: 200,
  });
  return answer.body;
}

const IAM = '/api/iam/management/v1';
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

async function homeId(): Promise<string> {
  // A view that has just been made is refused until it is filled.
  for (;;) {
    const { status, body } = await call(OPERATOR, `GET ${IAM}/organizations`);
    if (status === 200 && body.organizations.length > 0) {
      return body.organizations[0].id;
    }
  }
}

/** A machine that administers the organization. */
async function machine(username: string): Promise<string> {
  const home = await homeId();
  const { id } = await done(OPERATOR, `POST ${IAM}/${home}/machines`, {
    username,
    name: username,
  });
  const { status } = await done(OPERATOR, `GET ${IAM}/${id}`);
  if (status !== 'USER_STATUS_ACTIVE') {
    await done(OPERATOR, `POST ${IAM}/${id}:activate`, {});
  }
  await done(OPERATOR, `POST ${IAM}/administrators:assign`, {
    scope: home,
    subject: id,
    role: 'organization-owner',
  });
  return id;
}

const token = (user: string, scopes: string[], expiresAt = inAnHour()) =>
  done(OPERATOR, `POST ${IAM}/${user}/tokens`, {
    name: 'build',
    scopes,
    expiresAt,
  });

it('knows a machine by its token, within the token’s scopes', async () => {
  const user = await machine('reader');
  const { id, secret } = await token(user, ['iam.*.read']);
  const me = await done(secret, 'GET /api/iam/auth/v1/me');
  expect(me).toMatchObject({ id: user, username: 'reader' });
  const home = await homeId();
  expect((await done(secret, `GET ${IAM}/users`)).users).not.toEqual([]);
  const group = { name: 'A', slug: 'a' };
  const denied = await call(secret, `POST ${IAM}/${home}/groups`, group);
  expect(denied.status).toBe(403);

  const wide = await token(user, ['iam.*']);
  const created = await done(wide.secret, `POST ${IAM}/${home}/groups`, group);
  const { changes } = await done(
    wide.secret,
    `GET ${IAM}/changes?object=${created.id}`,
  );
  expect(changes).toMatchObject([{ actor: `machine:${user}` }]);

  // When it was used last, to the hour.
  const { tokens } = await done(OPERATOR, `GET ${IAM}/${user}`);
  const used = tokens.find((each: { id: string }) => each.id === id);
  expect(Date.now() - Date.parse(used.usedAt)).toBeLessThan(60_000);
});

it('knows nobody any more from the next call on', async () => {
  const user = await machine('leaver');
  const works = async (secret: string) => {
    const { status, body } = await call(secret, 'GET /api/iam/auth/v1/me');
    return status === 200 || `${status} ${body.error.code}`;
  };
  const revoked = await token(user, ['*']);
  expect(await works(revoked.secret)).toBe(true);
  await done(OPERATOR, `DELETE ${IAM}/${user}/tokens/${revoked.id}`);
  expect(await works(revoked.secret)).toBe('401 UNAUTHENTICATED');

  const { secret } = await token(user, ['*']);
  expect(await works(secret)).toBe(true);
  await done(OPERATOR, `POST ${IAM}/${user}:lock`, {});
  expect(await works(secret)).toBe('401 UNAUTHENTICATED');
  await done(OPERATOR, `POST ${IAM}/${user}:unlock`, {});
  expect(await works(secret)).toBe(true);
  expect(
    await works(`${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`),
  ).toBe('401 UNAUTHENTICATED');
  await done(OPERATOR, `DELETE ${IAM}/${user}`);
  expect(await works(secret)).toBe('401 UNAUTHENTICATED');
});

it('knows a machine by its secret, the newest one', async () => {
  const user = await machine('client');
  const first = await done(OPERATOR, `POST ${IAM}/${user}/secret`, {});
  expect(await done(first.secret, 'GET /api/iam/auth/v1/me')).toMatchObject({
    id: user,
  });
  const second = await done(OPERATOR, `POST ${IAM}/${user}/secret`, {});
  const me = 'GET /api/iam/auth/v1/me';
  expect((await call(first.secret, me)).status).toBe(401);
  expect((await call(second.secret, me)).status).toBe(200);
  // Over Connect, too.
  const connect = await call(
    second.secret,
    'POST /api/iam/callboard.iam.v1.AuthService/GetMe',
    {},
  );
  expect(connect).toMatchObject({ status: 200, body: { id: user } });
  await done(OPERATOR, `DELETE ${IAM}/${user}/secret`);
  expect((await call(second.secret, me)).status).toBe(401);
});

it('is no service anywhere, and in no line of the log', async () => {
  const user = await machine('stray');
  const { secret } = await token(user, ['*']);
  expect((await call(secret, 'GET /api/other/open-to-services')).status).toBe(
    401,
  );
  expect((await call(OPERATOR, 'GET /api/other/open-to-services')).status).toBe(
    200,
  );
  const asked = await call(secret, 'POST /api/iam/questions/v1/userOf', {
    user,
    options: {},
  });
  expect(asked.status).toBe(403);
  expect(logged.join('\n')).not.toMatch(/cb(pat|cs)_[\w-]{20}/);
});
