/**
 * The API as the catalog has it is the API as it is. After a change of the
 * definition the files are written anew by
 *
 *     WRITE_CATALOG_APIS=1 yarn workspace @callboard/plugin-eventstore-backend test catalogApis
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadDefinition, renderApiEntities } from '@callboard/api-node';
import { descriptors } from '@callboard/plugin-eventstore-common/api';

const repository = path.resolve(__dirname, '../../..');
const protos = path.join(repository, 'plugins/eventstore-common/proto');

const entities = renderApiEntities(loadDefinition(descriptors), {
  name: 'eventstore',
  namespace: 'callboard',
  pluginId: 'eventstore',
  title: 'Event store',
  version: '1.0.0',
  description:
    'The trail of every change, what things were like, the spoolers, and the log with its seals and backups.',
  owner: 'events',
  system: 'eventstore',
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
