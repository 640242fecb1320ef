import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  configFromEnvironment,
  configLayers,
  configured,
  readConfigFile,
} from './configFiles.ts';
import { developmentEnvironment } from './developmentEnvironment.ts';
import { grpcAddress } from './grpcAddress.ts';
import { isLoopback } from './isLoopback.ts';
import { portalSettings } from './portalConfig.ts';
import { isLocalUrl, portalUrl } from './portalUrl.ts';

const connection = {
  host: '127.0.0.1',
  port: 5432,
  user: 'callboard',
  password: 'secret',
};
const local = { host: '127.0.0.1', port: 7007 };

function settings(...args: Parameters<typeof portalSettings>) {
  const { env, ...rest } = portalSettings(...args);
  return {
    ...rest,
    config: Object.fromEntries(
      Object.entries(env).map(([name, value]) => [
        name.replace('APP_CONFIG_', ''),
        JSON.parse(value),
      ]),
    ),
  };
}

describe('portalSettings', () => {
  it('settles address, database and guests on the loopback address', () => {
    expect(settings(local, connection, [])).toEqual({
      url: 'http://localhost:7007',
      guests: true,
      config: {
        app_baseUrl: 'http://localhost:7007',
        app_guestAccess: true,
        auth_providers_guest: {
          dangerouslyAllowOutsideDevelopment: true,
          userEntityRef: 'user:default/guest',
        },
        backend_baseUrl: 'http://localhost:7007',
        backend_database: { client: 'pg', connection },
        backend_listen: local,
        callboard_grpc_port: 7008,
        permission_iam_guestRole: 'local-trial',
      },
    });
  });

  it.each([
    ['on another address', { host: '0.0.0.0', port: 80 }, []],
    [
      'behind a proxy',
      local,
      [{ app: { baseUrl: 'https://portal.example.com' } }],
    ],
  ])('lets no guest in %s', (_, listen, added) => {
    const { guests, config } = settings(listen, connection, added);
    expect(guests).toBe(false);
    expect(config).not.toHaveProperty('app_guestAccess');
    expect(config).not.toHaveProperty('auth_providers_guest');
    expect(config).not.toHaveProperty('permission_iam_guestRole');
  });

  it('leaves the URLs that a person configured', () => {
    const baseUrl = 'https://portal.example.com';
    const { url, config } = settings(local, connection, [{ app: { baseUrl } }]);
    expect(url).toBe(baseUrl);
    expect(config).not.toHaveProperty('app_baseUrl');
    expect(config.backend_baseUrl).toBe(baseUrl);
    expect(
      settings(local, connection, [
        { app: { baseUrl }, backend: { baseUrl: 'https://api.example.com' } },
      ]).config,
    ).not.toHaveProperty('backend_baseUrl');
  });

  it('has gRPC on the next port, unless a person configured another', () => {
    const port = (at: number, grpc?: object) =>
      settings({ host: '127.0.0.1', port: at }, connection, [
        ...(grpc ? [{ callboard: { grpc } }] : []),
      ]).config.callboard_grpc_port;
    expect(port(7100)).toBe(7101);
    expect(port(65535)).toBe(65534);
    expect(port(7100, { host: '0.0.0.0' })).toBe(7101);
    expect(port(7100, { port: 9000 })).toBe(undefined);
    expect(port(7100, { enabled: false })).toBe(undefined);
  });

  it('leaves the database that a person configured', () => {
    expect(settings(local, undefined, []).config).not.toHaveProperty(
      'backend_database',
    );
  });
});

describe('grpcAddress', () => {
  it.each([
    [{}, { host: '127.0.0.1', port: 7008, isConfigured: false }],
    [
      { host: '0.0.0.0', port: '9000' },
      { host: '0.0.0.0', port: 9000, isConfigured: true },
    ],
    [{ enabled: false }, undefined],
    [{ enabled: 'false' }, undefined],
    // Only the backend knows what these become.
    [{ port: '${GRPC_PORT}' }, undefined],
    [{ port: { $env: 'GRPC_PORT' } }, undefined],
    [{ host: '${HOST}' }, undefined],
    [{ port: 0 }, undefined],
  ])('of %j is %j', (grpc, expected) => {
    expect(grpcAddress(7007, [{ callboard: { grpc } }])).toEqual(expected);
  });
});

describe('portalUrl', () => {
  it.each([
    ['127.0.0.1', 'http://localhost:7007'],
    ['::1', 'http://localhost:7007'],
    ['0.0.0.0', 'http://machine:7007'],
    ['::', 'http://machine:7007'],
    ['192.168.0.7', 'http://192.168.0.7:7007'],
    ['fe80::1', 'http://[fe80::1]:7007'],
  ])('calls %s %s', (host, url) => {
    expect(portalUrl(host, 7007, 'machine')).toBe(url);
  });

  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['127.0.0.1.example.com', false],
    ['192.168.0.7', false],
  ])('%s is loopback: %p', (host, loopback) => {
    expect(isLoopback(host)).toBe(loopback);
  });

  it('knows URLs of this machine', () => {
    expect(isLocalUrl('http://[::1]:7007/portal')).toBe(true);
    expect(isLocalUrl('https://localhost.example.com')).toBe(false);
    expect(isLocalUrl('no URL')).toBe(false);
  });
});

describe('configFiles', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'config-files-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('layers ours, the local one and those added', () => {
    expect(configLayers(folder, ['/b.yaml'])).toEqual([
      join(folder, 'app-config.yaml'),
      '/b.yaml',
    ]);
    writeFileSync(join(folder, 'app-config.local.yaml'), '');
    expect(configLayers(folder, ['/b.yaml'])).toEqual([
      join(folder, 'app-config.yaml'),
      join(folder, 'app-config.local.yaml'),
      '/b.yaml',
    ]);
  });

  it('names a file that is missing or no YAML', () => {
    const file = join(folder, 'mine.yaml');
    expect(() => readConfigFile(file)).toThrow(
      `There is no configuration file ${file}.`,
    );
    writeFileSync(file, 'app: {');
    expect(() => readConfigFile(file)).toThrow(
      `The configuration file ${file} is no valid YAML`,
    );
    writeFileSync(file, 'app: { title: Mine }');
    expect(readConfigFile(file)).toEqual({ app: { title: 'Mine' } });
  });

  it('finds the value of the strongest document', () => {
    const documents = [
      { app: { title: 'A', baseUrl: 'a' } },
      null,
      { app: { title: 'B' } },
      { app: 'no object' },
    ];
    expect(configured(documents, 'app.title')).toBe('B');
    expect(configured(documents, 'app.baseUrl')).toBe('a');
    expect(configured(documents, 'backend.database.connection')).toBe(
      undefined,
    );
  });

  it('reads the environment as Backstage does', () => {
    expect(
      configFromEnvironment({
        APP_CONFIG_app_baseUrl: 'http://a',
        APP_CONFIG_backend_database: '{"connection":"postgresql://a"}',
        APP_CONFIG_backend_listen_port: '80',
        HOME: '/',
      }),
    ).toEqual({
      app: { baseUrl: 'http://a' },
      backend: {
        database: { connection: 'postgresql://a' },
        listen: { port: 80 },
      },
    });
  });
});

describe('developmentEnvironment', () => {
  it('lets the app on its own port talk to the backend', () => {
    const env = developmentEnvironment(
      { host: '127.0.0.1', port: 7007, appPort: 3000 },
      connection,
      [],
    );
    expect(env.APP_CONFIG_callboard_grpc_port).toBe('7008');
    expect(JSON.parse(env.APP_CONFIG_backend_cors!)).toEqual({
      origin: 'http://localhost:3000',
      credentials: true,
    });
    expect(JSON.parse(env.APP_CONFIG_app_listen!)).toEqual({
      host: '127.0.0.1',
      port: 3000,
    });
    expect(JSON.parse(env.APP_CONFIG_app_baseUrl!)).toBe(
      'http://localhost:3000',
    );
  });
});
