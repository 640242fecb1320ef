import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { aggregateUuidOf } from '@callboard/plugin-eventstore-common';
import type { OrganizationId, UserId } from '@callboard/plugin-iam-common';
import express from 'express';
import { silent } from '../asCode/__testUtils__/TestSources';
import { TestIam } from '../commands/__testUtils__/TestIam';
import { TestProcesses } from '../processes/__testUtils__/TestProcesses';
import type { Caller } from '../queries/Authorizer';
import { Assets } from './Assets';
import { assetReactor } from './assetReactor';
import { createAssetsRouter } from './createAssetsRouter';
import { DiskAssetStorage } from './DiskAssetStorage';
import { OwnerLock } from './OwnerLock';

jest.setTimeout(60_000);

/** A PNG of one colour. */
function png(width: number, height: number, grey = 0): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(8, 8);
  const rows = Buffer.alloc(Math.min(height, 8) * (width + 1), grey);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const GIF = Buffer.from(
  'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7',
  'base64',
);
const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';

describe('images over HTTP', () => {
  let iam: TestIam;
  let processes: TestProcesses;
  let folder: string;
  let server: Server;
  let url: string;
  let assets: Assets;

  beforeEach(async () => {
    iam = await TestIam.start();
    folder = await mkdtemp(join(tmpdir(), 'iam-assets-'));
    assets = new Assets({
      runner: iam.runner,
      commands: iam.commands,
      authorizer: iam.authorizer,
      storage: new DiskAssetStorage(folder),
      lock: new OwnerLock(iam.knex),
    });
    processes = await TestProcesses.start(iam, () => assetReactor(assets));
    const app = express();
    app.use(
      createAssetsRouter({
        assets,
        maxBytes: 20_000,
        async callerOf(request): Promise<Caller> {
          const user = request.get('x-user');
          if (!user) {
            throw Object.assign(new Error('Nobody is signed in'), {
              name: 'AuthenticationError',
            });
          }
          return iam.as(user as UserId).caller;
        },
        instanceOf: async () => iam.instance,
        logger: silent,
      }),
    );
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(async () => {
    server?.closeAllConnections();
    server?.close();
    await processes?.stop();
    await iam?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const avatar = (user: UserId) =>
    `${url}/assets/users/${aggregateUuidOf(user)}/avatar`;
  const as = (user: UserId | undefined, more: RequestInit = {}) => ({
    ...more,
    headers: { ...(user ? { 'x-user': user } : {}), ...more.headers },
  });
  const put = (to: string, user: UserId | undefined, body: Buffer | string) =>
    fetch(
      to,
      as(user, {
        method: 'PUT',
        body: body as string,
        headers: { 'content-type': 'image/png' },
      }),
    );
  const codeOf = async (response: Response) =>
    `${response.status} ${((await response.json()) as { error: { code: string } }).error.code}`;

  it('are stored, shown as what they are, and shown again for nothing', async () => {
    const user = await iam.user();
    const image = png(4, 4);
    const stored = await put(avatar(user), user, image);
    expect(stored.status).toBe(200);
    expect(Number(stored.headers.get('callboard-position'))).toBeGreaterThan(0);
    const got = await fetch(avatar(user), as(user));
    expect(Buffer.from(await got.arrayBuffer()).equals(image)).toBe(true);
    expect(Object.fromEntries(got.headers)).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, no-cache',
      'content-disposition': 'inline',
      'x-content-type-options': 'nosniff',
      'content-security-policy':
        "default-src 'none'; sandbox; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      etag: stored.headers.get('etag'),
    });
    const again = await fetch(
      avatar(user),
      as(user, {
        headers: {
          'if-none-match': got.headers.get('etag')!,
          // Or node adds no-cache.
          'cache-control': 'max-age=0',
        },
      }),
    );
    expect(again.status).toBe(304);
    // What it is said to be doesn't count.
    await put(avatar(user), user, GIF);
    const other = await fetch(avatar(user), as(user));
    expect(other.headers.get('content-type')).toBe('image/gif');
    expect(other.headers.get('etag')).not.toBe(got.headers.get('etag'));
  });

  it('are images and nothing else', async () => {
    const user = await iam.user();
    const sent = async (body: Buffer | string) =>
      codeOf(await put(avatar(user), user, body));
    expect(await sent(SVG)).toBe('415 IAM_ASSET_TYPE');
    expect(await sent('<html>')).toBe('415 IAM_ASSET_TYPE');
    expect(await sent('')).toBe('415 IAM_ASSET_TYPE');
    expect(await sent(png(4, 4).subarray(0, 12))).toBe('400 IAM_ASSET_DAMAGED');
    expect(await sent(png(5000, 4))).toBe('400 IAM_ASSET_DIMENSIONS');
    expect(await sent(Buffer.concat([png(4, 4), Buffer.alloc(20_000)]))).toBe(
      '413 IAM_ASSET_TOO_LARGE',
    );
    const packed = await fetch(
      avatar(user),
      as(user, {
        method: 'PUT',
        body: deflateSync(png(4, 4)) as unknown as string,
        headers: { 'content-encoding': 'deflate' },
      }),
    );
    expect(await codeOf(packed)).toBe('415 IAM_ASSET_ENCODING');
    expect(await readdir(folder)).toEqual([]);
  });

  it('of people are for whom they concern', async () => {
    const acme = await iam.organization();
    const [ann, bob] = [await iam.user(acme), await iam.user(acme)];
    const eve = await iam.user(await iam.organization());
    const manager = await iam.administrator(acme, 'organization-user-manager');
    await put(avatar(ann), ann, png(4, 4));
    const statusOf = async (user: UserId | undefined, method = 'GET') => {
      const body =
        method === 'PUT' ? (png(2, 2) as unknown as string) : undefined;
      return (await fetch(avatar(ann), as(user, { method, body }))).status;
    };
    expect(await statusOf(undefined)).toBe(401);
    expect(await statusOf(bob)).toBe(200);
    expect(await statusOf(eve)).toBe(404);
    expect(await statusOf(manager)).toBe(200);
    expect(await statusOf(undefined, 'PUT')).toBe(401);
    expect(await statusOf(eve, 'PUT')).toBe(404);
    expect([403, 404]).toContain(await statusOf(bob, 'PUT'));
    expect([403, 404]).toContain(await statusOf(bob, 'DELETE'));
    expect(await statusOf(manager, 'PUT')).toBe(200);
    expect((await fetch(`${url}/assets/users/../x/avatar`)).status).toBe(404);
    expect(
      (await fetch(`${url}/assets/users/..%2f..%2fetc/avatar`, as(ann))).status,
    ).toBe(404);
  });

  it('of labels are for everybody, once an administrator has set them', async () => {
    const acme: OrganizationId = await iam.organization();
    const logo = `${url}/assets/organizations/${aggregateUuidOf(acme)}/labels/logoLight`;
    const whole = `${url}/assets/instance/labels/logoLight`;
    const user = await iam.user(acme);
    expect((await fetch(logo)).status).toBe(404);
    expect([403, 404]).toContain((await put(logo, user, png(4, 4))).status);
    expect((await put(logo, undefined, png(4, 4))).status).toBe(401);
    expect((await put(whole, iam.ownerId, png(4, 4, 1))).status).toBe(200);
    const inherited = await fetch(logo);
    expect(inherited.status).toBe(200);
    expect(inherited.headers.get('cache-control')).toBe('public, no-cache');
    const [light, dark] = await Promise.all([
      put(logo, iam.ownerId, png(4, 4, 2)),
      put(logo.replace('logoLight', 'logoDark'), iam.ownerId, png(4, 4, 3)),
    ]);
    expect((await fetch(logo)).headers.get('etag')).toBe(
      light.headers.get('etag'),
    );
    // Neither of two at a time is lost.
    expect(
      (await fetch(logo.replace('logoLight', 'logoDark'))).headers.get('etag'),
    ).toBe(dark.headers.get('etag'));
    const gone = await fetch(logo, as(iam.ownerId, { method: 'DELETE' }));
    expect(gone.status).toBe(204);
    expect((await fetch(logo)).status).toBe(404);
    expect((await fetch(logo.replace('logoLight', 'passwords'))).status).toBe(
      404,
    );
    await iam.commands.deactivateOrganization(iam.owner, {
      organization: acme,
    });
    expect((await fetch(logo.replace('logoLight', 'logoDark'))).status).toBe(
      404,
    );
  });

  it('that nobody has any more are cleared away', async () => {
    const user = await iam.user();
    const files = async () =>
      readdir(join(folder, iam.instance, user)).catch(() => []);
    const cleared = async () => {
      const { position } = await iam.store.log.head();
      for (;;) {
        const [state] = (await processes.spoolers.admin.states()).filter(
          ({ name }) => name === 'assets',
        );
        const [jobs] = await processes.spoolers.reactors.counts();
        if (state!.position >= position && !jobs) {
          return;
        }
        await new Promise(resolve => setImmediate(resolve));
      }
    };
    await put(avatar(user), user, png(4, 4, 1));
    await put(avatar(user), user, png(4, 4, 2));
    await cleared();
    expect(await files()).toHaveLength(1);
    expect((await fetch(avatar(user), as(user))).status).toBe(200);
    await fetch(avatar(user), as(user, { method: 'DELETE' }));
    await cleared();
    expect(await files()).toEqual([]);
    await put(avatar(user), user, png(4, 4, 1));
    await iam.commands.eraseUser(iam.owner, { user });
    await cleared();
    expect(await files()).toEqual([]);
    // An upload that comes too late leaves nothing behind.
    expect((await put(avatar(user), iam.ownerId, png(4, 4, 1))).status).toBe(
      422,
    );
    expect(await files()).toEqual([]);
  });
});
