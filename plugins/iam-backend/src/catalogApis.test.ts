/**
 * The API as the catalog has it is the API as it is. After a change of the
 * definition the files are written anew by
 *
 *     WRITE_CATALOG_APIS=1 yarn workspace @callboard/plugin-iam-backend test catalogApis
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadDefinition, renderApiEntities } from '@callboard/api-node';
import { descriptors } from '@callboard/plugin-iam-common/api';

const repository = path.resolve(__dirname, '../../..');
const protos = path.join(repository, 'plugins/iam-common/proto');

const entities = renderApiEntities(loadDefinition(descriptors), {
  name: 'iam',
  namespace: 'callboard',
  pluginId: 'iam',
  title: 'Identity and access',
  version: '1.0.0',
  description:
    "One's own account; the users, groups, projects, roles, grants and policies of organizations; and the instances that hold them.",
  owner: 'identity',
  system: 'iam',
  lifecycle: 'experimental',
  protos: globSync('**/*.proto', { cwd: protos })
    .sort()
    .map(file => readFileSync(path.join(protos, file), 'utf8')),
});

it.each([...entities])('catalog/apis/%s.yaml is up to date', (name, text) => {
  const file = path.join(repository, `catalog/apis/${name}.yaml`);
  if (process.env.WRITE_CATALOG_APIS) {
    writeFileSync(file, text);
  }
  expect(readFileSync(file, 'utf8')).toBe(text);
});
