import { stringify } from 'yaml';
import type { ApiDefinition } from '../definition/loadDefinition';
import { renderOpenApi, type OpenApiOptions } from './renderOpenApi';

/** @public */
export interface ApiEntityOptions extends OpenApiOptions {
  /** Of both entities, which are called `<name>-rest` and `<name>-grpc`. */
  readonly name: string;
  readonly namespace: string;
  readonly description: string;
  readonly owner: string;
  readonly system: string;
  readonly lifecycle: string;
  /** The texts of the API's `.proto` files, in order. */
  readonly protos: readonly string[];
}

/**
 * An API's two definitions as entities of the catalog, to be committed: its
 * OpenAPI document and its protobuf files.
 *
 * @returns YAML, by the entity's name
 * @public
 */
export function renderApiEntities(
  definition: ApiDefinition,
  options: ApiEntityOptions,
): Map<string, string> {
  const openApi = stringify(renderOpenApi(definition, options), {
    aliasDuplicateObjects: false,
    lineWidth: 0,
  });
  return new Map([
    entity(options, { suffix: 'rest', kind: 'REST', type: 'openapi' }, openApi),
    entity(
      options,
      { suffix: 'grpc', kind: 'gRPC', type: 'grpc' },
      options.protos.join('\n'),
    ),
  ]);
}

function entity(
  options: ApiEntityOptions,
  form: { suffix: string; kind: string; type: string },
  definition: string,
): [string, string] {
  const name = `${options.name}-${form.suffix}`;
  const text = stringify(
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'API',
      metadata: {
        name,
        namespace: options.namespace,
        title: `${options.title} API (${form.kind})`,
        description: options.description,
      },
      spec: {
        type: form.type,
        lifecycle: options.lifecycle,
        owner: options.owner,
        system: options.system,
        definition,
      },
    },
    { lineWidth: 0, blockQuote: 'literal' },
  );
  return [
    name,
    `# Generated from the API's definition; its test says how to write it anew.\n${text}`,
  ];
}
