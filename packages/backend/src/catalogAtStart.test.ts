/**
 * Starts the catalog, the scaffolder and what they need on a real PostgreSQL,
 * with the location that app-config.yaml names, and looks at what becomes of
 * the files in `catalog/`.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { databaseServiceFactory } from '@backstage/backend-defaults/database';
import {
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import { stringifyEntityRef } from '@backstage/catalog-model';
import type { AlphaEntity } from '@backstage/catalog-model/alpha';
import catalog from '@backstage/plugin-catalog-backend';
import templateKind from '@backstage/plugin-catalog-backend-module-scaffolder-entity-model';
import notifications from '@backstage/plugin-notifications-backend';
import scaffolder from '@backstage/plugin-scaffolder-backend';
import search from '@backstage/plugin-search-backend';
import searchInPostgres from '@backstage/plugin-search-backend-module-pg';
import request, { type Agent } from 'supertest';
import {
  CATALOG_FOLDER,
  readCatalogFiles,
} from './__testUtils__/readCatalogFiles';
import { openApiOperations } from './__testUtils__/openApiOperations';

jest.setTimeout(120_000);

const FILE = 'catalog-info.yaml';

const files = readCatalogFiles();
const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });

let github: Server;
let backend: Awaited<ReturnType<typeof startTestBackend>>;
let portal: Agent;
let entities: AlphaEntity[];

beforeAll(async () => {
  github = await startGithub();
  const host = `localhost:${(github.address() as AddressInfo).port}`;
  const { connection } = (await databases.init('POSTGRES_18')).client.config;
  backend = await startTestBackend({
    features: [
      catalog,
      templateKind,
      notifications,
      scaffolder,
      search,
      searchInPostgres,
      databaseServiceFactory,
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost' },
          backend: {
            baseUrl: 'http://localhost',
            database: {
              client: 'pg',
              pluginDivisionMode: 'schema',
              // knex hides the password from being copied.
              connection: { ...connection, password: connection.password },
            },
          },
          integrations: {
            github: [
              {
                host,
                apiBaseUrl: `http://${host}/api/v3`,
                rawBaseUrl: `http://${host}/raw`,
              },
            ],
          },
          catalog: {
            locations: [
              {
                type: 'file',
                target: path.join(CATALOG_FOLDER, 'all.yaml'),
                rules: [{ allow: files.map(({ entity }) => entity.kind) }],
              },
            ],
          },
        },
      }),
    ],
  });
  portal = request.agent(backend.server);
  entities = await catalogOf(files.length);
});

afterAll(async () => {
  await backend?.stop();
  github?.close();
});

it('loads every entity of the folder, none with an error', () => {
  const expected = files.map(({ entity }) => stringifyEntityRef(entity));
  const loaded = entities.map(entity => stringifyEntityRef(entity));
  const failed = entities.filter(({ status }) => status?.items?.length);

  expect(loaded.sort()).toEqual(expected.sort());
  expect(failed).toEqual([]);
});

it('relates entities only to entities that are there', () => {
  const known = new Set(entities.map(entity => stringifyEntityRef(entity)));
  const dangling = entities.flatMap(entity =>
    (entity.relations ?? []).filter(({ targetRef }) => !known.has(targetRef)),
  );

  expect(dangling).toEqual([]);
});

it('gives the guest something of their own', () => {
  const owned = entities.filter(({ relations }) =>
    relations?.some(
      ({ type, targetRef }) =>
        type === 'ownedBy' && targetRef === 'group:callboard/platform',
    ),
  );
  const guest = entities.find(({ kind }) => kind === 'User');

  expect(guest?.relations).toContainEqual({
    type: 'memberOf',
    targetRef: 'group:callboard/platform',
  });
  expect(owned.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['Component', 'System', 'Template']),
  );
});

describe('the API entities tell what is served', () => {
  // Written by hand, for the APIs of Backstage's own plugins. Those of ours are
  // generated from their definitions, and each plugin's tests compare the two.
  const apis = files.filter(
    ({ entity: { kind, metadata, spec } }) =>
      kind === 'API' &&
      spec?.system === 'portal' &&
      metadata.name !== 'health-api',
  );

  it.each(apis)('$file', async ({ entity }) => {
    const described = await openApiOperations(String(entity.spec?.definition));
    const [, base] = /^\w+ (\/api\/[^/]+)/.exec(described[0]!.call) ?? [];
    const { text } = await portal.get(`${base}/openapi.json`).expect(200);
    const served = await openApiOperations(text);

    for (const ours of described) {
      expect(served.find(({ call }) => call === ours.call)).toEqual({
        call: ours.call,
        parameters: expect.arrayContaining(ours.parameters),
        fields: expect.objectContaining(ours.fields),
        requiredFields: ours.requiredFields,
        responses: expect.arrayContaining(ours.responses),
      });
    }
  });

  it.each(['readiness', 'liveness'])('health-api: %s', async endpoint => {
    const { body } = await portal.get(`/.backstage/health/v1/${endpoint}`);

    expect(body).toEqual({ status: 'ok' });
  });
});

describe('the template register-component', () => {
  it('registers what a repository describes, and links to it', async () => {
    const run = await register('acme/payments');

    expect(run.status).toBe('completed');
    expect(run.output.links).toEqual([
      expect.objectContaining({ entityRef: 'component:default/payments' }),
      expect.objectContaining({ url: `${run.repository}/blob/main/${FILE}` }),
    ]);
    await expect(locations()).resolves.toEqual([
      `${run.repository}/blob/main/${FILE}`,
    ]);
  });

  it('registers nothing when the file is not there', async () => {
    const before = await locations();

    const run = await register('acme/nothing');

    expect(run.status).toBe('failed');
    expect(run.error).toMatch(/acme\/nothing\/main\/.* 404 Not Found/);
    await expect(locations()).resolves.toEqual(before);
  });

  it.each([
    ['repository', { repository: 'https://github.com/acme/payments.git' }],
    ['repository', { repository: 'https://github.com/acme' }],
    ['branch', { branch: 'feature/one' }],
    ['path', { path: '../catalog-info.yaml' }],
    ['path', { path: 'README.md' }],
  ])('refuses a wrong %s: %j', async (field, wrong) => {
    const { body } = await portal
      .post('/api/scaffolder/v2/tasks')
      .send(
        taskFor({ repository: 'https://github.com/acme/payments', ...wrong }),
      )
      .expect(400);

    expect(body.errors).toEqual([expect.objectContaining({ path: [field] })]);
  });
});

function taskFor(values: Record<string, string>) {
  return {
    templateRef: 'template:callboard/register-component',
    values: { branch: 'main', path: FILE, ...values },
  };
}

/** Runs the template for a repository on the stand-in, to its end. */
async function register(name: string) {
  const { port } = github.address() as AddressInfo;
  const repository = `http://localhost:${port}/${name}`;
  const { body } = await portal
    .post('/api/scaffolder/v2/tasks')
    .send(taskFor({ repository }))
    .expect(201);
  // The stream ends with the run.
  const task = `/api/scaffolder/v2/tasks/${body.id}`;
  const { text } = await portal.get(`${task}/eventstream`).expect(200);
  const [, completion = ''] = /event: completion\ndata: (.*)/.exec(text) ?? [];
  const { output, error } = JSON.parse(completion).body;
  const { status } = (await portal.get(task).expect(200)).body;
  return { repository, status, output, error: error?.message };
}

/** The targets of the locations that were registered by hand. */
async function locations(): Promise<string[]> {
  const { body } = await portal.get('/api/catalog/locations').expect(200);
  return body.map(({ data }: { data: { target: string } }) => data.target);
}

/**
 * All entities that came from files, once there are `count` of them and each
 * has its relations. The catalog tells nobody when it is done, so this asks
 * until it is; the test's timeout ends it.
 */
async function catalogOf(count: number): Promise<AlphaEntity[]> {
  for (;;) {
    const { body } = await portal.get('/api/catalog/entities').expect(200);
    const found = (body as AlphaEntity[]).filter(
      ({ metadata }) => !metadata.name.startsWith('generated-'),
    );
    const related = found.filter(
      ({ kind, relations }) => kind === 'Location' || relations?.length,
    );
    if (related.length >= count) {
      return found;
    }
    await delay(100);
  }
}

/** The network's edge: a GitHub with one public repository. */
function startGithub(): Promise<Server> {
  const server = createServer((req, res) => {
    if (req.url === `/raw/acme/payments/main/${FILE}`) {
      res.end(
        JSON.stringify({
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: { name: 'payments' },
          spec: { type: 'service', lifecycle: 'production', owner: 'shop' },
        }),
      );
    } else {
      res.writeHead(404).end();
    }
  });
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
