/**
 * Conditions of roles as the conditions of the plugins whose things they are
 * about.
 *
 * Conditions are plain data, so that nothing of those plugins is loaded here; a
 * test evaluates them with the plugins' own rules. What a plugin cannot decide
 * is left out, and then it is denied.
 */
import type {
  PermissionCondition,
  PermissionCriteria,
} from '@backstage/plugin-permission-common';
import {
  ORGANIZATION_ANNOTATION,
  userEntityRef,
} from '@callboard/plugin-iam-common';
import type { AllowanceCondition } from '@callboard/plugin-iam-node';

type Criteria = PermissionCriteria<PermissionCondition>;

/** By kind of condition; `undefined` when it cannot be told of such things. */
type Translation = {
  readonly [TKind in AllowanceCondition['kind']]?: (
    condition: Extract<AllowanceCondition, { kind: TKind }>,
  ) => Criteria;
};

interface ResourceType {
  /** The plugin that evaluates the conditions. */
  readonly pluginId: string;
  readonly translation: Translation;
}

const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  'catalog-entity': {
    pluginId: 'catalog',
    translation: {
      owned: ({ owners }) =>
        condition('catalog-entity', 'IS_ENTITY_OWNER', { claims: [...owners] }),
      organization: ({ slug }) =>
        condition('catalog-entity', 'HAS_ANNOTATION', {
          annotation: ORGANIZATION_ANNOTATION,
          value: slug,
        }),
      tagged: ({ tags }) =>
        oneOf(
          tags.map(tag =>
            condition('catalog-entity', 'HAS_METADATA', {
              key: 'tags',
              value: tag,
            }),
          ),
        ),
      kind: ({ kinds }) =>
        condition('catalog-entity', 'IS_ENTITY_KIND', { kinds: [...kinds] }),
    },
  },
  'scaffolder-task': {
    pluginId: 'scaffolder',
    translation: {
      owned: ({ user }) =>
        condition('scaffolder-task', 'IS_TASK_OWNER', {
          createdBy: [userEntityRef(user)],
        }),
    },
  },
  'eventstore-event': {
    pluginId: 'eventstore',
    translation: {
      owned: ({ user }) =>
        condition('eventstore-event', 'IS_ACTOR', {
          actors: [user, userEntityRef(user)],
        }),
    },
  },
};

/** The plugin that decides conditions on things of a type. */
export function pluginOf(resourceType: string): string | undefined {
  return RESOURCE_TYPES[resourceType]?.pluginId;
}

/**
 * All of the conditions, for things of a type.
 *
 * @returns undefined when one of them cannot be decided for such things
 */
export function toCriteria(
  resourceType: string,
  conditions: readonly AllowanceCondition[],
): Criteria | undefined {
  const criteria = conditions.map(each => translate(resourceType, each));
  if (criteria.includes(undefined)) {
    return undefined;
  }
  const [first, ...rest] = criteria as Criteria[];
  return first && rest.length > 0 ? { allOf: [first, ...rest] } : first;
}

/** At least one of them. */
export function oneOf(criteria: readonly Criteria[]): Criteria {
  const [first, ...rest] = criteria;
  return rest.length > 0 ? { anyOf: [first!, ...rest] } : first!;
}

function translate(
  resourceType: string,
  given: AllowanceCondition,
): Criteria | undefined {
  const translation = RESOURCE_TYPES[resourceType]?.translation[given.kind] as
    | ((each: AllowanceCondition) => Criteria)
    | undefined;
  return translation?.(given);
}

function condition(
  resourceType: string,
  rule: string,
  params: NonNullable<PermissionCondition['params']>,
): PermissionCondition {
  return { rule, resourceType, params };
}
