/** Sources on disk, reconciled with a `TestIam` on real views. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  LoggerService,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import { PluginSpoolers, SpoolerNode } from '@callboard/plugin-eventstore-node';
import { TestIam } from '../../commands/__testUtils__/TestIam';
import { addIamViews, IamQueries } from '../../queries/IamQueries';
import type { IamViews } from '../../queries/IamViews';
import { reconciliationRequested } from '../events';
import { migrateSources } from '../migrateSources';
import type { SourceConfig } from '../readAsCodeConfig';
import { Reconciler } from '../Reconciler';
import { SourceStore } from '../SourceStore';

export const silent: LoggerService = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silent,
};

/** Sources of these tests are on disk. */
const noUrls: UrlReaderService = {
  readUrl: () => Promise.reject(new Error('not here')),
  readTree: () => Promise.reject(new Error('not here')),
  search: () => Promise.reject(new Error('not here')),
};

export class TestSources {
  readonly iam: TestIam;
  readonly views: IamViews;
  readonly queries: IamQueries;
  readonly spoolers: PluginSpoolers;
  readonly store: SourceStore;
  readonly folder: string;
  readonly #node: SpoolerNode;

  private constructor(options: {
    iam: TestIam;
    views: IamViews;
    spoolers: PluginSpoolers;
    node: SpoolerNode;
    folder: string;
  }) {
    this.iam = options.iam;
    this.views = options.views;
    this.queries = new IamQueries(options.views);
    this.spoolers = options.spoolers;
    this.#node = options.node;
    this.folder = options.folder;
    this.store = new SourceStore(options.iam.knex);
  }

  static async start(): Promise<TestSources> {
    const iam = await TestIam.start();
    const { store, knex } = iam;
    const node = new SpoolerNode({ log: store.log, knex, logger: silent });
    const spoolers = new PluginSpoolers({
      plugin: 'iam',
      node,
      knex,
      onEvents: definitions => store.register(definitions),
    });
    const views = await addIamViews(
      { add: projection => spoolers.addProjection(projection) },
      { knex, log: store.log },
    );
    await migrateSources(knex);
    node.start();
    await spoolers.start();
    store.register([reconciliationRequested]);
    const { knex: _knex, log: _log, clock: _clock, ...all } = views;
    await Promise.all(Object.values(all).map(view => view.ready()));
    const folder = await mkdtemp(join(tmpdir(), 'iam-source-'));
    return new TestSources({ iam, views, spoolers, node, folder });
  }

  /** Writes a file of the source. */
  async write(name: string, text: string): Promise<void> {
    await writeFile(join(this.folder, name), text);
  }

  source(more: Partial<SourceConfig> = {}): SourceConfig {
    return {
      name: 'access',
      instance: this.iam.instance,
      target: this.folder,
      mode: 'enforce',
      ...more,
    };
  }

  /** As a process has it that has just begun to lead. */
  reconciler(
    more: { commands?: TestIam['commands']; urlReader?: UrlReaderService } = {},
  ): Reconciler {
    return new Reconciler({
      views: this.views,
      commands: this.iam.commands,
      store: this.store,
      urlReader: noUrls,
      logger: silent,
      ...more,
    });
  }

  async reconcile(source = this.source(), epoch = 1) {
    return this.reconciler().reconcile(source, { epoch, read: true });
  }

  async head(): Promise<number> {
    return (await this.iam.store.log.head()).position;
  }

  async row(name = 'access') {
    return (await this.store.get(this.iam.instance, name))!;
  }

  async stop(): Promise<void> {
    await this.spoolers.stop();
    await this.#node.stop();
    await rm(this.folder, { recursive: true, force: true });
    await this.iam.stop();
  }
}
