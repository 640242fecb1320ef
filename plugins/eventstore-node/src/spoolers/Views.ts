import { BadArgumentError } from '@callboard/plugin-eventstore-common';
import type { Projection, Tables } from '../projections/defineProjection';
import { declareView } from './Declaration';
import { UnknownViewError } from './errors';
import type { SpoolerHost } from './SpoolerHost';
import { View } from './View';

/** The views of one plugin, in its database. */
export class Views {
  readonly #host: SpoolerHost;
  readonly #prefix: string;
  readonly #views = new Map<string, View<any>>(); // any: views of all shapes

  /** @param options - `prefix`: tells the plugin's schemas from those of others */
  constructor(options: { host: SpoolerHost; prefix: string }) {
    this.#host = options.host;
    this.#prefix = options.prefix;
  }

  /**
   * Declares a view, and makes its tables.
   *
   * @throws BadArgumentError when its name is taken or too long
   * @throws DeclarationChangedError when its tables are not those that there are
   * under its version
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
      keepRows: this.#host.settings.keepRows,
    });
    const view = new View(projection, declaration, this.#host);
    this.#views.set(projection.name, view);
    try {
      await this.#host.add(declaration);
    } catch (error) {
      this.#views.delete(projection.name);
      throw error;
    }
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
