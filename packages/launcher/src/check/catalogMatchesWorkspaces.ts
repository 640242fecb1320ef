/**
 * Keeps `catalog/` true to the code: `npm run check` fails where a workspace
 * and the Component entity that describes it have drifted apart.
 */
import { readCatalog } from './readCatalog.ts';
import type { CatalogEntity } from './readCatalog.ts';
import { danglingReferences, entityRef, referencesIn } from './entityRefs.ts';
import { readWorkspaces } from './readWorkspaces.ts';
import type { Workspace } from './readWorkspaces.ts';

/** Ties a Component entity to the folder of its workspace. */
const WORKSPACE_ANNOTATION = 'callboard.io/workspace';

const CATALOG = 'catalog/all.yaml';

/**
 * Compares the catalog with the workspaces of the repository at `root`.
 *
 * @returns one plain sentence for each difference; empty when there is none
 * @throws Error when a package.json can't be read
 */
export async function checkCatalogMatchesWorkspaces(
  root: string,
): Promise<string[]> {
  const workspaces = await readWorkspaces(root);
  const { entities, findings } = await readCatalog(root, CATALOG);
  return [
    ...findings,
    ...danglingReferences(entities),
    ...catalogDrift(entities, workspaces),
  ];
}

/** The differences between `entities` and `workspaces`, a sentence for each. */
function catalogDrift(
  entities: CatalogEntity[],
  workspaces: Workspace[],
): string[] {
  const components = entities.filter(entity => entity.kind === 'Component');
  const byFolder = new Map<string, CatalogEntity>();
  const findings: string[] = [];

  for (const component of components) {
    const folder = component.metadata?.annotations?.[WORKSPACE_ANNOTATION];
    const other = folder && byFolder.get(folder);
    if (!folder) {
      findings.push(
        `${component.file}: ${entityRef(component)} does not say which ` +
          `workspace it describes; add the annotation ${WORKSPACE_ANNOTATION}.`,
      );
    } else if (other) {
      findings.push(
        `${component.file}: ${entityRef(component)} describes ${folder}, ` +
          `which ${entityRef(other)} describes already.`,
      );
    } else {
      byFolder.set(folder, component);
    }
    findings.push(...missingFields(component));
  }

  const byName = new Map(workspaces.map(each => [each.name, each]));
  for (const workspace of workspaces) {
    const component = byFolder.get(workspace.folder);
    if (component) {
      const needed = workspace.dependencies
        .map(name => byName.get(name))
        .filter(each => each !== undefined);
      findings.push(...dependencyDrift(component, needed, byFolder));
    } else {
      findings.push(
        `${workspace.folder} has no Component entity; describe it in ` +
          `catalog/components/ with the annotation ` +
          `${WORKSPACE_ANNOTATION}: ${workspace.folder}.`,
      );
    }
  }

  const folders = new Set(workspaces.map(each => each.folder));
  for (const [folder, component] of byFolder) {
    if (!folders.has(folder)) {
      findings.push(
        `${component.file}: ${entityRef(component)} describes ${folder}, ` +
          `but there is no such workspace; remove it or correct its annotation.`,
      );
    }
  }

  return [...findings, ...wronglyPlanned(entities, components)];
}

function missingFields(component: CatalogEntity): string[] {
  return ['owner', 'lifecycle', 'system']
    .filter(field => !component.spec?.[field])
    .map(
      field =>
        `${component.file}: ${entityRef(component)} has no spec.${field}.`,
    );
}

function dependencyDrift(
  component: CatalogEntity,
  needed: Workspace[],
  byFolder: Map<string, CatalogEntity>,
): string[] {
  const said = referencesIn(component, 'dependsOn').filter(ref =>
    ref.startsWith('component:'),
  );
  // A needed workspace without an entity is a finding of its own.
  const expected = new Map<string, Workspace>();
  for (const workspace of needed) {
    const dependency = byFolder.get(workspace.folder);
    if (dependency) {
      expected.set(entityRef(dependency), workspace);
    }
  }
  const unsaid = [...expected].filter(([ref]) => !said.includes(ref));
  const unfounded = said.filter(ref => !expected.has(ref));
  return [
    ...unsaid.map(
      ([ref, { name }]) =>
        `${component.file}: ${entityRef(component)} needs ${name} ` +
        `(package.json), but its dependsOn does not name ${ref}.`,
    ),
    ...unfounded.map(
      ref =>
        `${component.file}: ${entityRef(component)} says that it depends on ` +
        `${ref}, but its package.json names no such workspace.`,
    ),
  ];
}

/** A system is tagged `planned` exactly as long as nothing of it is built. */
function wronglyPlanned(
  entities: CatalogEntity[],
  components: CatalogEntity[],
): string[] {
  const built = new Set(
    components.flatMap(component => referencesIn(component, 'system')),
  );
  const findings: string[] = [];
  for (const system of entities.filter(entity => entity.kind === 'System')) {
    const planned = system.metadata?.tags?.includes('planned') ?? false;
    if (planned === built.has(entityRef(system))) {
      findings.push(
        planned
          ? `${system.file}: ${entityRef(system)} is tagged "planned", but components of it exist.`
          : `${system.file}: ${entityRef(system)} has no component; tag it "planned" until it has.`,
      );
    }
  }
  return findings;
}
