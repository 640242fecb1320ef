// Views on a node, and when they showed what.
import type { Position } from '@callboard/plugin-eventstore-common';
import {
  PluginSpoolers,
  SpoolerNode,
  type EventLog,
  type Projection,
  type View,
} from '@callboard/plugin-eventstore-node';
import type { Knex } from 'knex';

type Logger = ConstructorParameters<typeof SpoolerNode>[0]['logger'];

const quiet: Logger = {
  error: message => process.stderr.write(`${message}\n`),
  warn() {},
  info() {},
  debug() {},
  child: () => quiet,
};

/** Nanoseconds of a clock that all processes of the machine share. */
export const clock = () => process.hrtime.bigint();

interface Options {
  node: SpoolerNode;
  /** Where the views are. */
  knex: Knex;
  plugin: string;
}

/**
 * What all views of a process share.
 *
 * @param options - `knex`: the log's database
 */
export const createSpoolerNode = (options: { log: EventLog; knex: Knex }) =>
  new SpoolerNode({ ...options, logger: quiet });

/** One database with views, kept by a process. */
export class ViewNode {
  readonly #spoolers: PluginSpoolers;
  /** Up to where the first view was, and since when. */
  readonly #shown: { through: number; at: bigint }[] = [];
  #onShown: () => void = () => {};

  private constructor(options: Options) {
    this.#spoolers = new PluginSpoolers({
      ...options,
      onBatch: ({ position }) => {
        this.#shown.push({ through: position, at: clock() });
        this.#onShown();
      },
    });
  }

  /** Starts it, and waits until every view can be read. */
  static async start(
    options: Options,
    ...projections: readonly Projection[]
  ): Promise<ViewNode> {
    const started = new ViewNode(options);
    const views: View[] = [];
    for (const projection of projections) {
      views.push(await started.#spoolers.addProjection(projection));
    }
    options.node.start();
    await started.#spoolers.start();
    for (const view of views) {
      await view.ready({ timeoutMs: 10 * 60_000 });
    }
    return started;
  }

  view(name: string): View {
    return this.#spoolers.views.get(name);
  }

  /** When this node, as the leader, had the view at a position. */
  async shownAt(position: Position): Promise<bigint> {
    for (;;) {
      const found = this.#shown.find(({ through }) => through >= position);
      if (found) {
        return found.at;
      }
      await new Promise<void>(resolve => (this.#onShown = resolve));
    }
  }

  async stop(): Promise<void> {
    await this.#spoolers.stop();
  }
}
