import { glob, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';

/** An entity as its file has it: nothing is validated or filled in yet. */
export interface CatalogEntity {
  /** The file, relative to the repository's root, with forward slashes. */
  file: string;
  kind?: string;
  metadata?: {
    name?: string;
    namespace?: string;
    tags?: string[];
    annotations?: Record<string, string>;
  };
  spec?: Record<string, unknown>;
}

/** What one reading of the catalog found. */
export interface Catalog {
  entities: CatalogEntity[];
  /** What could not be read, each in a sentence. */
  findings: string[];
}

/**
 * Reads the entities that Backstage gets from the Location `entry`, which is
 * named relative to `root`. Locations are followed and their patterns
 * resolved in the way its file reader does it.
 */
export async function readCatalog(
  root: string,
  entry: string,
): Promise<Catalog> {
  const catalog: Catalog = { entities: [], findings: [] };
  const seen = new Set<string>();
  const open = [entry];
  for (let file = open.shift(); file !== undefined; file = open.shift()) {
    if (seen.has(file)) {
      continue;
    }
    seen.add(file);
    for (const entity of await readEntities(root, file, catalog.findings)) {
      catalog.entities.push(entity);
      if (entity.kind === 'Location') {
        open.push(...(await followLocation(root, entity, catalog.findings)));
      }
    }
  }
  return catalog;
}

async function readEntities(
  root: string,
  file: string,
  findings: string[],
): Promise<CatalogEntity[]> {
  let text: string;
  try {
    text = await readFile(path.join(root, file), 'utf8');
  } catch (error) {
    findings.push(`${file} can't be read: ${error}.`);
    return [];
  }
  const entities: CatalogEntity[] = [];
  for (const document of parseAllDocuments(text)) {
    const [error] = document.errors;
    if (error) {
      findings.push(`${file} is no YAML: ${error.message}`);
      continue;
    }
    const content: unknown = document.toJS();
    if (typeof content !== 'object' || content === null) {
      findings.push(`${file} has a document that is no entity.`);
      continue;
    }
    entities.push({ ...content, file });
  }
  return entities;
}

async function followLocation(
  root: string,
  location: CatalogEntity,
  findings: string[],
): Promise<string[]> {
  const { target, targets = [] } = (location.spec ?? {}) as {
    target?: string;
    targets?: string[];
  };
  const found: string[] = [];
  for (const pattern of target ? [target, ...targets] : targets) {
    const files: string[] = [];
    const fromRoot = path.posix.join(
      path.posix.dirname(location.file),
      pattern,
    );
    for await (const file of glob(fromRoot, { cwd: root })) {
      files.push(file.split(path.sep).join('/'));
    }
    if (files.length === 0) {
      findings.push(
        `${location.file} names ${pattern}, but there is no such file.`,
      );
    }
    found.push(...files.sort());
  }
  return found;
}
