import {
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { masterKey, masterKeyFile } from './masterKey.ts';

let dataDir: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'master-key-'));
});

afterEach(() => {
  rmSync(dataDir, { recursive: true });
});

it('is made once, for the eyes of its owner only', () => {
  const key = masterKey(dataDir, [], {})!;
  expect(Buffer.from(key, 'base64')).toHaveLength(32);
  expect(masterKey(dataDir, [], {})).toBe(key);
  expect(statSync(masterKeyFile(dataDir)).mode % 0o1000).toBe(0o600);
  expect(readdirSync(dataDir)).toEqual(['master-key']);
});

it.each([
  ['the environment', [], { CALLBOARD_MASTER_KEY: 'x' }],
  ['the configuration', [{ eventstore: { masterKeys: [{ id: 'x' }] } }], {}],
])('is not made when %s has one', (_, added, environment) => {
  expect(masterKey(dataDir, added, environment)).toBeUndefined();
  expect(readdirSync(dataDir)).toEqual([]);
});

it('is never put in the place of what was there', () => {
  writeFileSync(masterKeyFile(dataDir), 'damaged');
  expect(() => masterKey(dataDir, [], {})).toThrow('holds no key');
});
