import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Entity } from '@backstage/catalog-model';
import { parseAllDocuments } from 'yaml';

/** The folder of the entities that describe Callboard itself. */
export const CATALOG_FOLDER = path.resolve(__dirname, '../../../../catalog');

/** An entity of `catalog/`, and the file in that folder that it is from. */
export interface CatalogFile {
  file: string;
  entity: Entity;
}

/** Every entity in `catalog/`, whether a Location leads to it or not. */
export function readCatalogFiles(): CatalogFile[] {
  return globSync('**/*.yaml', { cwd: CATALOG_FOLDER })
    .sort()
    .flatMap(file =>
      parseAllDocuments(
        readFileSync(path.join(CATALOG_FOLDER, file), 'utf8'),
      ).map(document => ({ file, entity: document.toJS() })),
    );
}
