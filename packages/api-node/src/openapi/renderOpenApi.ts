/** https://spec.openapis.org/oas/v3.1.1.html */
import type { ApiDefinition } from '../definition/loadDefinition';
import { readBindings } from '../rest/bindings';
import { commentOf } from './comments';
import type { JsonSchema } from './JsonSchema';
import { renderOperation } from './operations';
import { PathNames } from './PathNames';
import { SchemaCollection } from './schemas';

/** What a path item of OpenAPI 3.1 has room for. */
const HTTP_METHODS = [
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
];

/** @public */
export interface OpenApiOptions {
  readonly pluginId: string;
  readonly title: string;
  readonly version: string;
}

const COMPONENTS = {
  securitySchemes: {
    bearer: {
      type: 'http',
      scheme: 'bearer',
      description: 'A token of the portal, or of a machine user.',
    },
  },
  parameters: {
    'Idempotency-Key': {
      name: 'Idempotency-Key',
      in: 'header',
      description:
        'Repeating the request under the same key has one effect and the same answer.',
      schema: { type: 'string', minLength: 1, maxLength: 130 },
    },
    'Callboard-Position': {
      name: 'Callboard-Position',
      in: 'header',
      description:
        'From an earlier answer: this one shows at least what that one wrote.',
      schema: { type: 'integer', minimum: 0 },
    },
    'Request-Timeout': {
      name: 'Request-Timeout',
      in: 'header',
      description: 'The seconds after which the caller stops waiting.',
      schema: { type: 'number', exclusiveMinimum: 0 },
    },
    'X-Correlation-Id': {
      name: 'X-Correlation-Id',
      in: 'header',
      description: 'Names the request in logs and in the audit trail.',
      schema: { type: 'string', maxLength: 128 },
    },
  },
  headers: {
    'Callboard-Position': {
      description: 'The place in the log up to which the request has written.',
      schema: { type: 'integer', minimum: 0 },
    },
    'X-Correlation-Id': {
      description: 'Names the request in logs and in the audit trail.',
      schema: { type: 'string' },
    },
  },
  responses: {
    Error: {
      description: 'What went wrong.',
      content: {
        'application/json': { schema: { $ref: '#/components/schemas/Error' } },
      },
    },
  },
};

const ERROR_SCHEMAS: Record<string, JsonSchema> = {
  Error: {
    type: 'object',
    required: ['error'],
    properties: {
      error: {
        type: 'object',
        required: ['code', 'status', 'message', 'fields', 'retryable'],
        properties: {
          name: { type: 'string' },
          code: {
            type: 'string',
            description: 'Stable; programs may match on it.',
            examples: ['EVENTSTORE_CLAIM_TAKEN'],
          },
          status: {
            type: 'string',
            description: "The kind of failure, by gRPC's names.",
            examples: ['ALREADY_EXISTS'],
          },
          message: { type: 'string', description: 'For a person.' },
          fields: {
            type: 'array',
            description: 'Every field at fault.',
            items: { $ref: '#/components/schemas/FieldViolation' },
          },
          correlationId: { type: 'string' },
          retryable: {
            type: 'boolean',
            description: 'The same request may succeed later, unchanged.',
          },
          retryAfterMs: { type: 'integer' },
          metadata: {
            type: 'object',
            additionalProperties: { type: 'string' },
          },
        },
      },
      response: {
        type: 'object',
        properties: { statusCode: { type: 'integer' } },
      },
    },
  },
  FieldViolation: {
    type: 'object',
    required: ['field', 'rule', 'message'],
    properties: {
      field: {
        type: 'string',
        examples: ['book.authors[0].familyName'],
      },
      rule: { type: 'string', examples: ['STRING_MIN_LEN'] },
      message: { type: 'string', description: 'For a person.' },
    },
  },
};

/**
 * The OpenAPI document of an API's REST side.
 *
 * @public
 */
export function renderOpenApi(
  definition: ApiDefinition,
  options: OpenApiOptions,
): JsonSchema {
  const schemas = new SchemaCollection();
  const names = new PathNames();
  const paths = new Map<string, JsonSchema>();
  for (const method of definition.services.flatMap(each => each.methods)) {
    readBindings(method).forEach((binding, index) => {
      const operation = renderOperation(binding, index, names, schemas);
      if (HTTP_METHODS.includes(operation.httpMethod)) {
        const item = paths.get(operation.path) ?? {};
        item[operation.httpMethod] = operation.body;
        paths.set(operation.path, item);
      }
    });
  }
  return {
    openapi: '3.1.0',
    info: { title: options.title, version: options.version },
    servers: [{ url: `/api/${options.pluginId}` }],
    security: [{ bearer: [] }],
    tags: definition.services.map(service => ({
      name: service.name,
      description: commentOf(service),
    })),
    paths: Object.fromEntries(
      [...paths].sort(([a], [b]) => a.localeCompare(b)),
    ),
    components: {
      ...COMPONENTS,
      schemas: { ...ERROR_SCHEMAS, ...schemas.toJSON() },
    },
  };
}
