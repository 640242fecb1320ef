/**
 * `catalog/` describes Callboard to itself. Here: is each file what Backstage
 * accepts? What the running portal makes of them is in catalogAtStart.test.ts;
 * that they match the workspaces is a part of `npm run check`.
 */
import SwaggerParser from '@apidevtools/swagger-parser';
import {
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  DefaultNamespaceEntityPolicy,
  domainEntityV1alpha1Validator,
  EntityPolicies,
  FieldFormatEntityPolicy,
  groupEntityV1alpha1Validator,
  type KindValidator,
  locationEntityV1alpha1Validator,
  NoForeignRootFieldsEntityPolicy,
  resourceEntityV1alpha1Validator,
  SchemaValidEntityPolicy,
  stringifyEntityRef,
  systemEntityV1alpha1Validator,
  userEntityV1alpha1Validator,
} from '@backstage/catalog-model';
import { templateEntityV1beta3Validator } from '@backstage/plugin-scaffolder-common';
import { parse } from 'yaml';
import { readCatalogFiles } from './__testUtils__/readCatalogFiles';

const VALIDATORS: Record<string, KindValidator> = {
  API: apiEntityV1alpha1Validator,
  Component: componentEntityV1alpha1Validator,
  Domain: domainEntityV1alpha1Validator,
  Group: groupEntityV1alpha1Validator,
  Location: locationEntityV1alpha1Validator,
  Resource: resourceEntityV1alpha1Validator,
  System: systemEntityV1alpha1Validator,
  Template: templateEntityV1beta3Validator,
  User: userEntityV1alpha1Validator,
};

const policies = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(),
  new DefaultNamespaceEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
]);

const files = readCatalogFiles();
const entities = files.map(({ entity }) => entity);

it.each(files)('$file is a valid entity', async ({ entity }) => {
  await policies.enforce(entity);

  // A validator answers false when the kind or version is not its own, and
  // throws when the content is wrong.
  const validator = VALIDATORS[entity.kind];
  await expect(validator?.check(entity)).resolves.toBe(true);
});

it('names every entity once', () => {
  const refs = entities.map(entity => stringifyEntityRef(entity));

  expect(new Set(refs).size).toBe(refs.length);
});

it('keeps everything but the guest out of the default namespace', () => {
  const inDefault = entities
    .filter(({ metadata }) => !metadata.namespace)
    .map(entity => stringifyEntityRef(entity));

  expect(inDefault).toEqual(['user:default/guest']);
});

describe('API definitions', () => {
  const apisOf = (type: string) =>
    files.filter(
      ({ entity }) => entity.kind === 'API' && entity.spec?.type === type,
    );

  it.each(apisOf('openapi'))('$file is valid OpenAPI', async ({ entity }) => {
    const definition = parse(String(entity.spec?.definition));

    await expect(SwaggerParser.validate(definition)).resolves.toBeDefined();
  });

  // buf reads the files themselves (npm run check).
  it.each(apisOf('grpc'))('$file has protobuf services', ({ entity }) => {
    expect(entity.spec?.definition).toMatch(/^syntax = "proto3";/);
    expect(entity.spec?.definition).toMatch(/^service \w+ \{/m);
  });
});
