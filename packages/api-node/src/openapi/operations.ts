/** One operation of the document for each REST binding of a method. */
import type { DescField, DescMessage, DescMethod } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { HTTP_BODY, type Binding, type BoundVariable } from '../rest/bindings';
import { isQueryValue } from '../rest/queryValue';
import { commentOf, splitComment } from './comments';
import { isRequired } from './constraints';
import type { JsonSchema } from './JsonSchema';
import { PathNames } from './PathNames';
import type { SchemaCollection } from './schemas';

export interface Operation {
  readonly path: string;
  /** In lower case, as path items have it. */
  readonly httpMethod: string;
  readonly body: JsonSchema;
}

const BINARY = { '*/*': { schema: {} } };

/** @param index - of the binding among those of its method */
export function renderOperation(
  binding: Binding,
  index: number,
  names: PathNames,
  schemas: SchemaCollection,
): Operation {
  const { method } = binding;
  const { path, parameters } = names.render(binding.template);
  const { summary, description } = splitComment(commentOf(method));
  return {
    path,
    httpMethod: binding.httpMethod.toLowerCase(),
    body: {
      operationId: `${method.parent.name}_${method.name}${index > 0 ? `_${index + 1}` : ''}`,
      tags: [method.parent.name],
      summary,
      ...(description ? { description } : {}),
      ...(method.deprecated ? { deprecated: true } : {}),
      parameters: [
        ...parameters.map(({ name, variable, isWhole }) =>
          pathParameter(
            name,
            binding.variables.find(each => each.from === variable.from),
            isWhole,
            schemas,
          ),
        ),
        ...queryParameters(binding, schemas),
        ...headerParameters(method),
      ],
      ...requestBody(binding, schemas),
      responses: {
        200: answer(binding, schemas),
        default: { $ref: '#/components/responses/Error' },
      },
    },
  };
}

function pathParameter(
  name: string,
  variable: BoundVariable | undefined,
  isWhole: boolean,
  schemas: SchemaCollection,
): JsonSchema {
  const field = variable?.fields[variable.fields.length - 1];
  return {
    name,
    in: 'path',
    required: true,
    schema: field && isWhole ? schemas.field(field) : { type: 'string' },
  };
}

function queryParameters(
  binding: Binding,
  schemas: SchemaCollection,
): JsonSchema[] {
  if (binding.body === '*') {
    return [];
  }
  const inPath = new Set(
    binding.variables.map(({ fieldPath }) => fieldPath.join('.')),
  );
  const found: JsonSchema[] = [];
  const visit = (message: DescMessage, path: string, name: string) => {
    for (const field of message.fields) {
      const fieldPath = path === '' ? field.name : `${path}.${field.name}`;
      const jsonPath =
        name === '' ? field.jsonName : `${name}.${field.jsonName}`;
      if (inPath.has(fieldPath) || field === binding.body) {
        continue;
      }
      if (isQueryValue(field)) {
        const { description, ...schema } = schemas.field(field);
        found.push({
          name: jsonPath,
          in: 'query',
          ...(description ? { description } : {}),
          ...(path === '' && isRequired(field) ? { required: true } : {}),
          schema,
        });
      } else if (field.message) {
        visit(field.message, fieldPath, jsonPath);
      }
    }
  };
  visit(binding.method.input, '', '');
  return found;
}

function headerParameters(method: DescMethod): JsonSchema[] {
  const isRead =
    method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
  return [
    isRead ? 'Callboard-Position' : 'Idempotency-Key',
    'Request-Timeout',
    'X-Correlation-Id',
  ].map(name => ({ $ref: `#/components/parameters/${name}` }));
}

function requestBody(binding: Binding, schemas: SchemaCollection): JsonSchema {
  const { body, method } = binding;
  if (body === undefined) {
    return {};
  }
  if (body !== '*') {
    const isRaw =
      body.fieldKind === 'message' && body.message.typeName === HTTP_BODY;
    return {
      requestBody: {
        required: isRequired(body),
        content: isRaw
          ? BINARY
          : { 'application/json': { schema: schemas.field(body) } },
      },
    };
  }
  const schema = withoutPathFields(binding, schemas);
  return {
    requestBody: {
      content:
        method.methodKind === 'client_streaming'
          ? {
              'application/x-ndjson': {
                schema: { ...schema, 'x-each-line': true },
              },
            }
          : { 'application/json': { schema } },
    },
  };
}

function withoutPathFields(
  binding: Binding,
  schemas: SchemaCollection,
): JsonSchema {
  const { input } = binding.method;
  const inPath = new Set<DescField | undefined>(
    binding.variables
      .filter(({ fields }) => fields.length === 1)
      .map(({ fields }) => fields[0]),
  );
  return inPath.size === 0
    ? schemas.message(input)
    : schemas.object(
        input,
        input.fields.filter(field => !inPath.has(field)),
      );
}

function answer(binding: Binding, schemas: SchemaCollection): JsonSchema {
  const { method, responseBody } = binding;
  const headers = {
    'Callboard-Position': { $ref: '#/components/headers/Callboard-Position' },
    'X-Correlation-Id': { $ref: '#/components/headers/X-Correlation-Id' },
  };
  const message = responseBody?.message ?? method.output;
  if (message.typeName === HTTP_BODY) {
    return { description: 'The file.', headers, content: BINARY };
  }
  const schema = responseBody
    ? schemas.field(responseBody)
    : schemas.message(method.output);
  return method.methodKind === 'server_streaming'
    ? {
        description:
          'One message a line. A failure after the first line is a last line {"error": …}.',
        headers,
        content: { 'application/x-ndjson': { schema } },
      }
    : {
        description: splitComment(commentOf(method.output)).summary || 'Done.',
        headers,
        content: { 'application/json': { schema } },
      };
}
