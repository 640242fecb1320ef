import type { EventDefinition } from '@callboard/plugin-eventstore-common';
import type { Knex } from 'knex';
import type { Operator } from '../operators/defineOperator';
import { OperatorRunner } from '../operators/OperatorRunner';
import type { Projection, Tables } from '../projections/defineProjection';
import type { Reactor } from '../reactors/defineReactor';
import { DefaultReactors } from '../reactors/DefaultReactors';
import { defaultJobSettings, type JobSettings } from '../reactors/JobRunner';
import type { Reactors } from '../reactors/Reactors';
import { DefaultSpoolerAdmin } from '../spoolers/DefaultSpoolerAdmin';
import { DefaultViews } from '../spoolers/DefaultViews';
import type { SpoolerAdmin } from '../spoolers/SpoolerAdmin';
import type { BatchNotice } from '../spoolers/SpoolerContext';
import { SpoolerHost } from '../spoolers/SpoolerHost';
import { sharedOf, type SpoolerNode } from '../spoolers/SpoolerNode';
import type { View } from '../spoolers/View';
import type { Views } from '../spoolers/Views';

const hosts = new WeakMap<PluginSpoolers, SpoolerHost>();

/** What is behind a plugin's spoolers; only this package needs it. */
export function hostOf(spoolers: PluginSpoolers): SpoolerHost {
  return hosts.get(spoolers)!;
}

/**
 * The views, reactors and operators of one plugin, in its database.
 *
 * @public
 */
export class PluginSpoolers {
  readonly plugin: string;
  readonly views: Views;
  readonly reactors: Reactors;
  readonly admin: SpoolerAdmin;
  readonly #host: SpoolerHost;
  readonly #reactors: DefaultReactors;
  readonly #operators: OperatorRunner;
  readonly #onEvents: (definitions: readonly EventDefinition[]) => void;
  #started = false;

  /**
   * @param options - `schemaPrefix`: what the names of schemas begin with, the
   * plugin's id when left out
   */
  constructor(options: {
    plugin: string;
    node: SpoolerNode;
    knex: Knex;
    migrate?: boolean;
    schemaPrefix?: string;
    jobs?: Partial<JobSettings>;
    /** Makes the events known that a view or reactor is about. */
    onEvents?: (definitions: readonly EventDefinition[]) => void;
    /** Told after each batch of a spooler that this process leads. */
    onBatch?: (batch: BatchNotice) => void;
  }) {
    const { node } = options;
    const logger = node.logger.child({ plugin: options.plugin });
    const prefix = (options.schemaPrefix ?? options.plugin).replaceAll(
      '-',
      '_',
    );
    this.plugin = options.plugin;
    this.#onEvents = options.onEvents ?? (() => {});
    this.#host = new SpoolerHost({
      knex: options.knex,
      migrate: options.migrate,
      log: node.log,
      ...sharedOf(node),
      node: node.id,
      roles: node.roles,
      settings: node.settings,
      logger,
      onBatch: options.onBatch,
    });
    hosts.set(this, this.#host);
    this.admin = new DefaultSpoolerAdmin(this.#host);
    this.views = new DefaultViews({ host: this.#host, prefix });
    this.#reactors = new DefaultReactors({
      host: this.#host,
      prefix,
      settings: { ...defaultJobSettings, ...options.jobs },
      logger,
    });
    this.reactors = this.#reactors;
    this.#operators = new OperatorRunner({ host: this.#host, logger });
  }

  /** @see {@link Views.add} */
  async addProjection<TTables extends Tables>(
    projection: Projection<TTables>,
  ): Promise<View<TTables>> {
    this.#onEvents(projection.events);
    return this.views.add(projection);
  }

  /** @see {@link Reactors.add} */
  async addReactor(reactor: Reactor): Promise<void> {
    this.#onEvents(reactor.events);
    await this.reactors.add(reactor);
  }

  /**
   * Declares an operator; it works where a spooler of a reactor may.
   *
   * @throws BadArgumentError when its name is taken
   */
  async addOperator(operator: Operator): Promise<void> {
    this.#onEvents(operator.events);
    await this.#operators.add(operator);
  }

  /** Begins to lead spoolers and to run jobs. */
  async start(): Promise<void> {
    this.#started = true;
    await this.#host.start();
    this.#reactors.start();
    this.#operators.start();
  }

  /** Lets what is under way finish, and leaves the rest to other processes. */
  async stop(): Promise<void> {
    if (this.#started) {
      // Before another process can lead.
      await this.#operators.stop();
      await Promise.all([this.#reactors.stop(), this.#host.stop()]);
    }
  }
}
