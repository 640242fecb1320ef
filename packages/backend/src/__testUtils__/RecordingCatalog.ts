/** Takes the place of the catalog, and notes what it is told. */
import { createBackendPlugin } from '@backstage/backend-plugin-api';
import { stringifyEntityRef, type Entity } from '@backstage/catalog-model';
import {
  catalogProcessingExtensionPoint,
  type EntityProvider,
  type EntityProviderMutation,
} from '@backstage/plugin-catalog-node';

export class RecordingCatalog {
  readonly mutations: EntityProviderMutation[] = [];
  readonly entities = new Map<string, Entity>();
  /** The next mutation fails once. */
  failsNext = false;
  readonly #providers: EntityProvider[] = [];
  readonly #waiting = new Set<() => void>();

  readonly plugin = createBackendPlugin({
    pluginId: 'catalog',
    register: env => {
      env.registerExtensionPoint(catalogProcessingExtensionPoint, {
        addEntityProvider: (...added) =>
          void this.#providers.push(...(added.flat() as EntityProvider[])),
        addProcessor: () => {},
        addPlaceholderResolver: () => {},
        setOnProcessingErrorHandler: () => {},
      });
      env.registerInit({
        deps: {},
        init: async () => {
          for (const provider of this.#providers) {
            await provider.connect({
              applyMutation: async mutation => this.#apply(mutation),
              refresh: async () => {},
            });
          }
        },
      });
    },
  });

  /** Resolves when it holds, looked at after each mutation. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>(resolve => {
        this.#waiting.add(resolve);
      });
    }
  }

  get refs(): string[] {
    return [...this.entities.keys()].sort();
  }

  #apply(mutation: EntityProviderMutation): void {
    if (this.failsNext) {
      this.failsNext = false;
      throw new Error('The catalog is out for lunch');
    }
    if (mutation.type === 'full') {
      this.entities.clear();
    } else {
      for (const each of mutation.removed) {
        const ref =
          'entityRef' in each
            ? each.entityRef
            : stringifyEntityRef(each.entity);
        this.entities.delete(ref);
      }
    }
    const added = mutation.type === 'full' ? mutation.entities : mutation.added;
    added.forEach(({ entity }) =>
      this.entities.set(stringifyEntityRef(entity), entity),
    );
    this.mutations.push(mutation);
    this.#waiting.forEach(resolve => resolve());
    this.#waiting.clear();
  }
}
