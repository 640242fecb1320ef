import { BadArgumentError } from '@callboard/plugin-eventstore-common';
import type { Projection, Tables } from '../projections/defineProjection';
import { declareView } from './Declaration';
import { DefaultView } from './DefaultView';
import { UnknownViewError } from './errors';
import type { SpoolerHost } from './SpoolerHost';
import type { View } from './View';
import type { Views } from './Views';

/** The views that a host keeps. */
export class DefaultViews implements Views {
  readonly #host: SpoolerHost;
  readonly #prefix: string;
  readonly #views = new Map<string, View<any>>(); // any: views of all shapes

  /** @param options - `prefix`: tells the plugin's schemas from those of others */
  constructor(options: { host: SpoolerHost; prefix: string }) {
    this.#host = options.host;
    this.#prefix = options.prefix;
  }

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
    const view = new DefaultView(projection, declaration, this.#host);
    this.#views.set(projection.name, view);
    try {
      await this.#host.add(declaration);
    } catch (error) {
      this.#views.delete(projection.name);
      throw error;
    }
    return view;
  }

  get(name: string): View {
    const view = this.#views.get(name);
    if (!view) {
      throw new UnknownViewError(name);
    }
    return view;
  }
}
