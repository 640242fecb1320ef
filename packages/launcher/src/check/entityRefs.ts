/**
 * References between entities, read from their files. The kinds and namespaces
 * that a short reference stands for are those of Backstage's own processor:
 * https://backstage.io/docs/features/software-catalog/descriptor-format
 */
import type { CatalogEntity } from './readCatalog.ts';

const DEFAULT_NAMESPACE = 'default';

/** The fields of `spec` that name other entities, with the kind they mean. */
const REFERENCES = {
  owner: 'group',
  domain: 'domain',
  system: 'system',
  subcomponentOf: 'component',
  parent: 'group',
  children: 'group',
  members: 'user',
  memberOf: 'group',
  dependsOn: 'component',
  dependencyOf: 'component',
  providesApis: 'api',
  consumesApis: 'api',
} as const;

type ReferenceField = keyof typeof REFERENCES;

/** The whole reference of an entity: `kind:namespace/name` in lower case. */
export function entityRef(entity: CatalogEntity): string {
  const { name = '(no name)', namespace = DEFAULT_NAMESPACE } =
    entity.metadata ?? {};
  const kind = entity.kind ?? '(no kind)';
  return `${kind}:${namespace}/${name}`.toLowerCase();
}

/** The whole references in one field of an entity; empty when it is absent. */
export function referencesIn(
  entity: CatalogEntity,
  field: ReferenceField,
): string[] {
  const value = entity.spec?.[field];
  return [value ?? []]
    .flat()
    .map(ref => wholeReference(String(ref), REFERENCES[field], entity));
}

/** A sentence for each reference in `entities` to one that isn't there. */
export function danglingReferences(entities: CatalogEntity[]): string[] {
  const known = new Set(entities.map(entityRef));
  const findings: string[] = [];
  for (const entity of entities) {
    for (const field of Object.keys(REFERENCES) as ReferenceField[]) {
      for (const ref of referencesIn(entity, field)) {
        if (!known.has(ref)) {
          findings.push(
            `${entity.file}: spec.${field} names ${ref}, ` +
              `which is not in the catalog.`,
          );
        }
      }
    }
  }
  return findings;
}

function wholeReference(
  ref: string,
  defaultKind: string,
  { metadata }: CatalogEntity,
): string {
  const [, kind = defaultKind, namespace, name] =
    /^(?:([^:/]+):)?(?:([^:/]+)\/)?(.*)$/.exec(ref) ?? [];
  const home = namespace ?? metadata?.namespace ?? DEFAULT_NAMESPACE;
  return `${kind}:${home}/${name}`.toLowerCase();
}
