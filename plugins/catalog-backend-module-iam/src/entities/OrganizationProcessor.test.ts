import type { Entity } from '@backstage/catalog-model';
import { OrganizationProcessor } from './OrganizationProcessor';

async function organizationOf(
  namespace: string | undefined,
  owner: unknown,
  origin = 'url',
): Promise<string | undefined> {
  const entity: Entity = {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: 'x',
      namespace,
      annotations: { 'callboard.io/organization': 'claimed' },
    },
    spec: { owner: owner as string },
  };
  const location = { type: origin, target: 'https://example.com/x.yaml' };
  const processed = await new OrganizationProcessor().preProcessEntity(
    entity,
    location,
    () => {},
    location,
  );
  // What was given stays as it is.
  expect(entity.metadata.annotations).toEqual({
    'callboard.io/organization': 'claimed',
  });
  return processed.metadata.annotations?.['callboard.io/organization'];
}

it.each([
  ['its owner’s', 'default', 'group:acme/team', 'acme'],
  ['its owner’s, in the same namespace', 'acme', 'team', 'acme'],
  ['its owner’s, not its namespace’s', 'globex', 'group:acme/team', 'acme'],
  ['its namespace’s, when a person owns it', 'acme', 'user:default/x', 'acme'],
  ['its namespace’s, without an owner', 'acme', undefined, 'acme'],
  ['its namespace’s, with a wrong owner', 'acme', ':::/', 'acme'],
  ['the default one, without either', undefined, undefined, 'default'],
])('%s', async (_, namespace, owner, expected) => {
  expect(await organizationOf(namespace, owner)).toBe(expected);
});

it('is believed of what comes from IAM only', async () => {
  expect(await organizationOf('default', undefined, 'iam')).toBe('claimed');
});
