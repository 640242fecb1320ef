// The operator as it runs: led by a lease, reading over HTTP, woken by the log.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UrlReaders } from '@backstage/backend-defaults/urlReader';
import { ConfigReader } from '@backstage/config';
import type { GroupId } from '@callboard/plugin-iam-common';
import { silent, TestSources } from './__testUtils__/TestSources';
import { defineSourcesOperator } from './defineSourcesOperator';
import { readAsCodeConfig } from './readAsCodeConfig';
import { Sources } from './Sources';
import type { SourceRow } from './SourceStore';

jest.setTimeout(60_000);

const group = (name: string) => `apiVersion: iam.callboard/v1
kind: Group
organization: home
slug: devs
name: ${name}
`;

describe('the operator', () => {
  let test: TestSources;
  let server: Server;
  let text = group('Developers');
  let answers: number[];

  beforeEach(async () => {
    test = await TestSources.start();
    answers = [];
    text = group('Developers');
    server = createServer((request, response) => {
      const etag = `"${Buffer.from(text).toString('base64url').slice(-40)}"`;
      const same = request.headers['if-none-match'] === etag;
      answers.push(same ? 304 : 200);
      response.writeHead(same ? 304 : 200, { etag });
      response.end(same ? undefined : text);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    await test?.stop();
    server?.closeAllConnections();
    server?.close();
  });

  async function start(mode: string) {
    const { port } = server.address() as AddressInfo;
    const config = readAsCodeConfig(
      new ConfigReader({
        iam: {
          asCode: {
            sources: [
              {
                name: 'home',
                mode,
                target: `http://127.0.0.1:${port}/access.yaml`,
              },
            ],
          },
        },
      }),
    );
    const urlReader = UrlReaders.default({
      logger: silent,
      config: new ConfigReader({
        backend: { reading: { allow: [{ host: `127.0.0.1:${port}` }] } },
      }),
    });
    await test.spoolers.addOperator(
      defineSourcesOperator({
        config,
        store: test.store,
        reconciler: test.reconciler({ urlReader }),
        logger: silent,
        settleMs: 1,
      }),
    );
    return new Sources({
      sources: config.sources,
      store: test.store,
      log: test.iam.store.log,
      authorizer: test.iam.authorizer,
    });
  }

  /** Asks until the operator has noted it; it tells nobody. */
  async function until(is: (row: SourceRow) => boolean): Promise<SourceRow> {
    for (;;) {
      const row = await test.store.get(test.iam.instance, 'home');
      if (row && is(row)) {
        return row;
      }
    }
  }

  it('applies what it reads, and undoes what is changed elsewhere', async () => {
    const sources = await start('enforce');
    await until(({ state }) => state === 'in_sync');
    const [managed] = await sources.managed(test.iam.operator);
    expect(managed).toMatchObject({
      key: 'group home/devs',
      source: 'home',
      file: 'access.yaml',
      line: 4,
    });
    const devs = managed!.id as GroupId;
    const before = await test.row('home');
    const { position } = await test.iam.commands.changeGroup(test.iam.owner, {
      group: devs,
      name: 'Hackers',
      slug: 'devs',
    });
    const after = await until(
      row => row.state === 'in_sync' && row.position! > position,
    );
    expect(after.appliedPlan).not.toBe(before.appliedPlan);
    const found = await test.queries.groups.get(test.iam.operator, devs);
    expect(found!.name).toBe('Developers');
    // It was woken by the log; the source was not asked again.
    expect(answers).toEqual([200]);
  });

  it('reads anew when it is asked, and shows what would be done', async () => {
    const sources = await start('observe');
    await until(({ state }) => state === 'pending');
    const head = await test.head();
    await sources.look(test.iam.owner.caller, 'home');
    await until(({ look }) => !look);
    expect(answers).toEqual([200, 304]);
    text = group('Engineers');
    const { planId } = await test.row('home');
    await sources.look(test.iam.owner.caller, 'home');
    const row = await until(each => each.planId !== planId);
    expect(row.plan!.changes[0]!.fields).toEqual([
      { field: 'name', after: 'Engineers' },
    ]);
    // Two requests, and nothing else.
    expect(await test.head()).toBe(head + 2);
    await sources.apply(test.iam.owner.caller, 'home', row.planId!);
    await until(({ state }) => state === 'in_sync');
  });
});
