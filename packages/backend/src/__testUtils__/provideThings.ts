/** Four entities, so that there is something to see or not to see. */
import { createBackendModule } from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import { catalogProcessingExtensionPoint } from '@backstage/plugin-catalog-node';

const THINGS = [
  thing('thing-of-team', { namespace: 'home', spec: { owner: 'team' } }),
  thing('thing-tagged', { namespace: 'home', tags: ['public'] }),
  thing('thing-of-elsewhere', { spec: { owner: 'group:far/anybody' } }),
  {
    ...thing('thing-api', { spec: { definition: '-' } }),
    kind: 'API',
  },
];

export const provideThings = createBackendModule({
  pluginId: 'catalog',
  moduleId: 'things',
  register: env =>
    env.registerInit({
      deps: { catalog: catalogProcessingExtensionPoint },
      async init({ catalog }) {
        catalog.addEntityProvider({
          getProviderName: () => 'things',
          connect: connection =>
            connection.applyMutation({
              type: 'full',
              entities: THINGS.map(entity => ({ entity })),
            }),
        });
      },
    }),
});

function thing(
  name: string,
  {
    namespace = 'default',
    tags = [],
    spec = {},
  }: { namespace?: string; tags?: string[]; spec?: Record<string, string> },
): Entity {
  const location = `test:${name}`;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      namespace,
      tags,
      annotations: {
        'backstage.io/managed-by-location': location,
        'backstage.io/managed-by-origin-location': location,
        // Not to be believed.
        'callboard.io/organization': 'home',
      },
    },
    spec: {
      type: 'openapi',
      lifecycle: 'production',
      owner: 'user:default/nobody',
      ...spec,
    },
  };
}
