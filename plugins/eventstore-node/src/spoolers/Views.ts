import type { Knex } from 'knex';
import { BadArgumentError } from '@callboard/plugin-eventstore-common';
import type { Projection, Tables } from '../projections/defineProjection';
import { declareView } from './Declaration';
import { UnknownViewError } from './errors';
import { SpoolerHost } from './SpoolerHost';
import type { SpoolerNode } from './SpoolerNode';
import { View } from './View';

/** The views of one plugin, in its database. */
export class Views {
  readonly host: SpoolerHost;
  readonly #prefix: string;
  readonly #node: SpoolerNode;
  readonly #views = new Map<string, View<any>>(); // any: views of all shapes

  /** @param options - `prefix`: tells the plugin's schemas from those of others */
  constructor(options: { node: SpoolerNode; knex: Knex; prefix: string }) {
    const { node, knex } = options;
    this.#node = node;
    this.#prefix = options.prefix.replaceAll('-', '_');
    this.host = new SpoolerHost({
      knex,
      log: node.log,
      watch: node.watch,
      feed: node.feed,
      node: node.id,
      roles: node.roles,
      settings: node.settings,
      logger: node.logger,
    });
  }

  /**
   * Declares a view.
   *
   * @throws BadArgumentError when its name is taken or too long
   */
  async add<TTables extends Tables>(
    projection: Projection<TTables>,
  ): Promise<View<TTables>> {
    if (this.#views.has(projection.name)) {
      throw new BadArgumentError(
        'name',
        `there is a view '${projection.name}' already`,
      );
    }
    const declaration = declareView(projection, {
      prefix: this.#prefix,
      keepRows: this.#node.settings.keepRows,
    });
    const view = new View(projection, declaration, this.host);
    this.#views.set(projection.name, view);
    await this.host.add(declaration);
    return view;
  }

  /** @throws UnknownViewError */
  get(name: string): View {
    const view = this.#views.get(name);
    if (!view) {
      throw new UnknownViewError(name);
    }
    return view;
  }
}
