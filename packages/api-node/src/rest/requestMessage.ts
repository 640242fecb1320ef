/**
 * A REST request becomes the method's request message in three steps: the body,
 * the query and the path each give their fields, in the form JSON has them;
 * then the whole is decoded at once, so that one answer names every fault.
 */
import {
  create,
  type DescField,
  type DescMessage,
  type Message,
} from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { HttpBodySchema, type FieldViolation } from '@callboard/api-client';
import { decodeJson } from '../message/decodeJson';
import { childPath, findField } from '../message/fieldPath';
import { parseJson } from '../message/jsonLimits';
import type { MessageValidator } from '../message/validateMessage';
import { HTTP_BODY, type Binding, type BoundVariable } from './bindings';
import { decodeSegment, decodeSegments } from './percentEncoding';
import { parseQueryString } from './queryString';
import { isQueryParent, isQueryValue, toJsonValue } from './queryValue';

type JsonObject = Record<string, unknown>;

/** The parts of a request that a binding reads. */
export interface RestRequest {
  /** Of the path, still encoded, without the verb. */
  readonly segments: readonly string[];
  /** Without its question mark. */
  readonly query: string;
  readonly contentType: string | undefined;
  /** Empty when there is none. */
  readonly body: Uint8Array;
}

/** @throws ApiError naming every field at fault */
export function readRequestMessage(
  binding: Binding,
  request: RestRequest,
  validator: MessageValidator,
): Message {
  const violations: FieldViolation[] = [];
  const json = readBody(binding, request, violations);
  readQuery(binding, request.query, json, violations);
  readPath(binding, request.segments, json, violations);
  const message = decodeJson(binding.method.input, json, validator, violations);
  if (isRawBody(binding)) {
    setRawBody(binding, request, message);
  }
  return message;
}

/** Whether the body is taken as it is, and not as JSON. */
export function isRawBody(binding: Binding): binding is Binding & {
  readonly body: DescField;
} {
  return (
    typeof binding.body === 'object' &&
    binding.body.fieldKind === 'message' &&
    binding.body.message.typeName === HTTP_BODY
  );
}

function readBody(
  binding: Binding,
  request: RestRequest,
  violations: FieldViolation[],
): JsonObject {
  if (binding.body === undefined) {
    return {};
  }
  if (isRawBody(binding)) {
    // Present while the rest is checked; set once there is a message.
    return { [binding.body.jsonName]: {} };
  }
  const value = request.body.length === 0 ? undefined : parseJson(request.body);
  return placeBody(binding, value, violations);
}

/** The body's value at the place in the message that the rule gives it. */
function placeBody(
  binding: Binding,
  value: unknown,
  violations: FieldViolation[],
): JsonObject {
  if (value === undefined) {
    return {};
  }
  if (typeof binding.body === 'object') {
    return { [binding.body.jsonName]: value };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    violations.push({
      field: '',
      rule: 'WRONG_TYPE',
      message: 'must be an object',
    });
    return {};
  }
  return value as JsonObject;
}

function setRawBody(
  binding: Binding & { readonly body: DescField },
  request: RestRequest,
  message: Message,
): void {
  reflect(binding.method.input, message).set(
    binding.body,
    reflect(
      HttpBodySchema,
      create(HttpBodySchema, {
        contentType: request.contentType ?? 'application/octet-stream',
        data: request.body,
      }),
    ),
  );
}

function readQuery(
  binding: Binding,
  query: string,
  json: JsonObject,
  violations: FieldViolation[],
): void {
  for (const [name, value] of parseQueryString(query)) {
    const fields =
      binding.body === '*' ? undefined : resolveParameter(binding, name);
    if (!fields) {
      violations.push({
        field: name,
        rule: 'UNKNOWN_FIELD',
        message: 'is not a known query parameter',
      });
      continue;
    }
    const field = fields[fields.length - 1]!;
    const target = descend(json, fields, violations);
    if (!target) {
      continue;
    }
    if (field.fieldKind === 'list') {
      const list = (target[field.jsonName] ??= []) as unknown[];
      list.push(toJsonValue(field, value));
    } else if (field.jsonName in target) {
      violations.push({
        field: name,
        rule: 'SET_TWICE',
        message: 'is given more than once',
      });
    } else {
      target[field.jsonName] = toJsonValue(field, value);
    }
  }
}

/** The fields that a parameter's name leads along; undefined if it names none. */
function resolveParameter(
  binding: Binding,
  name: string,
): DescField[] | undefined {
  const fields: DescField[] = [];
  let message: DescMessage | undefined = binding.method.input;
  for (const part of name.split('.')) {
    const field: DescField | undefined = message && findField(message, part);
    if (!field || field === binding.body) {
      return undefined;
    }
    fields.push(field);
    message =
      field.fieldKind === 'message' && isQueryParent(field.message)
        ? field.message
        : undefined;
  }
  const last = fields[fields.length - 1];
  const inPath = binding.variables.some(
    variable =>
      variable.fields.length === fields.length &&
      variable.fields.every((field, index) => field === fields[index]),
  );
  return last && isQueryValue(last) && !inPath ? fields : undefined;
}

function readPath(
  binding: Binding,
  segments: readonly string[],
  json: JsonObject,
  violations: FieldViolation[],
): void {
  for (const variable of binding.variables) {
    const value = readVariable(binding, variable, segments);
    const field = variable.fields[variable.fields.length - 1]!;
    if (value === undefined) {
      violations.push({
        field: variable.fields.map(each => each.jsonName).join('.'),
        rule: 'BROKEN_ENCODING',
        message: 'has broken percent-encoding in the path',
      });
      continue;
    }
    const target = descend(json, variable.fields, violations);
    if (target) {
      // The path's word on a field counts, not what a body repeats of it.
      delete target[field.name];
      target[field.jsonName] = toJsonValue(field, value);
    }
  }
}

function readVariable(
  binding: Binding,
  variable: BoundVariable,
  segments: readonly string[],
): string | undefined {
  if (variable.single) {
    return decodeSegment(segments[variable.from] ?? '');
  }
  const last = binding.template.segments[variable.to - 1];
  return decodeSegments(
    segments
      .slice(variable.from, last?.kind === 'rest' ? undefined : variable.to)
      .join('/'),
  );
}

/**
 * The object that holds the last of the fields, made where it is missing;
 * undefined when the body has something else in its place.
 */
function descend(
  json: JsonObject,
  fields: readonly DescField[],
  violations: FieldViolation[],
): JsonObject | undefined {
  let target = json;
  let path = '';
  for (const field of fields.slice(0, -1)) {
    path = childPath(path, field.jsonName);
    const given = target[field.jsonName] ?? target[field.name] ?? {};
    if (typeof given !== 'object' || Array.isArray(given)) {
      violations.push({
        field: path,
        rule: 'WRONG_TYPE',
        message: 'must be an object',
      });
      return undefined;
    }
    delete target[field.name];
    target[field.jsonName] = given;
    target = given as JsonObject;
  }
  return target;
}
