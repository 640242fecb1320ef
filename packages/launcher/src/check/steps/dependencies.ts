import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { resultOfFindings } from '../CheckStep.ts';
import type { CheckStep } from '../CheckStep.ts';
import { dependencyFindings, lockfileFindings } from '../dependencyFindings.ts';
import { manifestFindings } from '../manifestFindings.ts';
import { readManifests } from '../readManifests.ts';

export const dependencies: CheckStep = {
  name: 'dependencies',
  title:
    'Dependencies are pinned, one version of each, as in backstage.versions.json',
  async run({ root }) {
    const manifests = await readManifests(root);
    const read = (file: string) => readFile(path.join(root, file), 'utf8');
    const release = JSON.parse(await read('backstage.versions.json')) as Record<
      string,
      string
    >;
    return resultOfFindings([
      ...manifestFindings(manifests),
      ...dependencyFindings(manifests, release),
      ...lockfileFindings(await read('yarn.lock'), release),
    ]);
  },
};
