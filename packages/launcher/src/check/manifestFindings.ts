/**
 * What every package.json says about its package, and that folder, name, role
 * and plugin id tell the same story.
 */
import type { WorkspaceManifest } from './readManifests.ts';

const LICENSE = 'Apache-2.0';

/** Role of a plugin package, by how its folder ends. The first that fits. */
const PLUGIN_ROLES: [RegExp, string][] = [
  [/-backend-module-.+$/, 'backend-plugin-module'],
  [/-module-.+$/, 'frontend-plugin-module'],
  [/-backend$/, 'backend-plugin'],
  [/-common$/, 'common-library'],
  [/-node$/, 'node-library'],
  [/-react$/, 'web-library'],
  [/$/, 'frontend-plugin'],
];

/** One sentence for each thing that is wrong with `manifests`. */
export function manifestFindings(manifests: WorkspaceManifest[]): string[] {
  return manifests.flatMap(workspace => [
    ...findMissing(workspace),
    ...(workspace.folder === '.' ? [] : findMismatch(workspace)),
  ]);
}

function findMissing({ folder, manifest }: WorkspaceManifest): string[] {
  const file = folder === '.' ? 'package.json' : `${folder}/package.json`;
  const findings: string[] = [];
  if (!manifest.description) {
    findings.push(`${file} has no description; one sentence is enough.`);
  }
  if (manifest.license !== LICENSE) {
    findings.push(`${file} has no license ${LICENSE}.`);
  }
  if (!manifest.version) {
    findings.push(`${file} has no version.`);
  }
  return findings;
}

function findMismatch({ folder, manifest }: WorkspaceManifest): string[] {
  const file = `${folder}/package.json`;
  const [kind, base = ''] = folder.split('/');
  const expected =
    kind === 'plugins'
      ? expectedOfPlugin(base)
      : { name: `@callboard/${base}`, role: undefined, pluginId: undefined };
  const { role, pluginId } = manifest.backstage ?? {};

  const findings: string[] = [];
  if (manifest.name !== expected.name) {
    findings.push(
      `${file} is named ${manifest.name}; in this folder it is ${expected.name}.`,
    );
  }
  if (role === undefined || (expected.role && role !== expected.role)) {
    findings.push(
      `${file} has the role ${role} (backstage.role)${expected.role ? `; a folder of this name holds a ${expected.role}` : ''}.`,
    );
  }
  if (pluginId !== expected.pluginId) {
    findings.push(
      `${file} has the plugin id ${pluginId} (backstage.pluginId); its folder says ${expected.pluginId}.`,
    );
  }
  return findings;
}

function expectedOfPlugin(base: string) {
  const [suffix, role] = PLUGIN_ROLES.find(([end]) => end.test(base)) ?? [];
  return {
    name: `@callboard/plugin-${base}`,
    role,
    pluginId: suffix ? base.replace(suffix, '') : base,
  };
}
