/**
 * Writes on every entity which organization it belongs to, so that permissions
 * can be limited to an organization's things by an index of the catalog.
 *
 * It is the organization of the group that owns it; without such an owner the
 * one whose slug the entity's namespace is. What a file says itself about it is
 * not believed.
 */
import {
  DEFAULT_NAMESPACE,
  parseEntityRef,
  type Entity,
} from '@backstage/catalog-model';
import type {
  CatalogProcessor,
  LocationSpec,
} from '@backstage/plugin-catalog-node';
import { ORGANIZATION_ANNOTATION } from '@callboard/plugin-iam-common';
import { LOCATION_TYPE } from './entities';

export class OrganizationProcessor implements CatalogProcessor {
  getProcessorName(): string {
    return 'callboard:iam-organization';
  }

  async preProcessEntity(
    entity: Entity,
    _location: LocationSpec,
    _emit: unknown,
    originLocation: LocationSpec,
  ): Promise<Entity> {
    if (originLocation.type === LOCATION_TYPE) {
      return entity;
    }
    return {
      ...entity,
      metadata: {
        ...entity.metadata,
        annotations: {
          ...entity.metadata.annotations,
          [ORGANIZATION_ANNOTATION]: organizationOf(entity),
        },
      },
    };
  }
}

function organizationOf({ metadata, spec }: Entity): string {
  const namespace = metadata.namespace ?? DEFAULT_NAMESPACE;
  const owner = ownerOf(spec?.owner, namespace);
  return owner?.kind.toLocaleLowerCase('en-US') === 'group'
    ? owner.namespace
    : namespace;
}

function ownerOf(owner: unknown, defaultNamespace: string) {
  if (typeof owner !== 'string') {
    return undefined;
  }
  try {
    return parseEntityRef(owner, { defaultKind: 'Group', defaultNamespace });
  } catch {
    // The catalog says so itself when it comes to validate the entity.
    return undefined;
  }
}
