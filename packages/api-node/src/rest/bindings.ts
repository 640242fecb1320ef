/**
 * What the `google.api.http` rules of a method say, resolved and checked. Rules
 * that could not be served are refused at start.
 */
import {
  getOption,
  hasOption,
  type DescField,
  type DescMessage,
  type DescMethod,
} from '@bufbuild/protobuf';
import { DefinitionError } from '../definition/DefinitionError';
import { http } from '../gen/google/api/annotations_pb';
import type { HttpRule } from '../gen/google/api/http_pb';
import { findField } from '../message/fieldPath';
import {
  parsePathTemplate,
  type PathTemplate,
  type TemplateVariable,
} from './pathTemplate';
import { isQueryValue } from './queryValue';

/** One way to call a method by REST. */
export interface Binding {
  /** `GET`, `POST`…, or `*` for any. */
  readonly httpMethod: string;
  readonly template: PathTemplate;
  readonly method: DescMethod;
  readonly variables: readonly BoundVariable[];
  /** `*`: all fields that the path doesn't have; else one field or none. */
  readonly body: '*' | DescField | undefined;
  /** The field that is the answer's body; the whole message when left out. */
  readonly responseBody: DescField | undefined;
}

export interface BoundVariable extends TemplateVariable {
  /** The field, by the fields that lead to it. */
  readonly fields: readonly DescField[];
}

/** Google's message for a body that is not JSON. */
export const HTTP_BODY = 'google.api.HttpBody';

/**
 * The bindings of a method, the main one first; none without a rule.
 *
 * @throws {@link DefinitionError}
 */
export function readBindings(method: DescMethod): Binding[] {
  if (!hasOption(method, http)) {
    return [];
  }
  const subject = `${method.parent.typeName}.${method.name}`;
  if (method.methodKind === 'bidi_streaming') {
    throw new DefinitionError(
      subject,
      'streams both ways, which HTTP rules have no form for',
    );
  }
  const main = getOption(method, http);
  return [main, ...main.additionalBindings].map((rule, index) => {
    if (index > 0 && rule.additionalBindings.length > 0) {
      throw new DefinitionError(subject, 'additional bindings are nested');
    }
    return readRule(subject, method, rule);
  });
}

function readRule(
  subject: string,
  method: DescMethod,
  rule: HttpRule,
): Binding {
  const { httpMethod, path } = readPattern(subject, rule);
  const template = parsePathTemplate(path);
  const variables = template.variables.map(variable => ({
    ...variable,
    fields: resolveVariable(subject, method.input, variable),
  }));
  const body = resolveBody(subject, method, rule.body);
  const responseBody = rule.responseBody
    ? resolveTopField(subject, method.output, rule.responseBody)
    : undefined;
  if (method.methodKind === 'client_streaming' && body !== '*') {
    throw new DefinitionError(subject, 'takes a stream, so its body is "*"');
  }
  if (body !== undefined && ['GET', 'HEAD', 'DELETE'].includes(httpMethod)) {
    throw new DefinitionError(subject, `${httpMethod} requests have no body`);
  }
  if (
    method.methodKind === 'server_streaming' &&
    method.output.fields.some(field => field.jsonName === 'error')
  ) {
    throw new DefinitionError(
      subject,
      'a streamed message can\'t have a field "error": it would look like one',
    );
  }
  const binding: Binding = {
    httpMethod,
    template,
    method,
    variables,
    body,
    responseBody,
  };
  checkQueryFields(subject, binding);
  return binding;
}

function readPattern(
  subject: string,
  rule: HttpRule,
): { httpMethod: string; path: string } {
  switch (rule.pattern.case) {
    case undefined:
      throw new DefinitionError(subject, 'its HTTP rule has no path');
    case 'custom': {
      const { kind, path } = rule.pattern.value;
      if (!/^(\*|[A-Z]+)$/.test(kind)) {
        throw new DefinitionError(subject, `'${kind}' can't be an HTTP method`);
      }
      return { httpMethod: kind, path };
    }
    default:
      return {
        httpMethod: rule.pattern.case.toUpperCase(),
        path: rule.pattern.value,
      };
  }
}

function resolveVariable(
  subject: string,
  input: DescMessage,
  variable: TemplateVariable,
): DescField[] {
  const fields: DescField[] = [];
  let message: DescMessage | undefined = input;
  for (const name of variable.fieldPath) {
    const field: DescField | undefined = message && findField(message, name);
    if (!field || field.fieldKind === 'list' || field.fieldKind === 'map') {
      throw new DefinitionError(
        subject,
        `'${variable.fieldPath.join('.')}' is no single field`,
      );
    }
    fields.push(field);
    message = field.message;
  }
  const last = fields[fields.length - 1];
  if (!last || !isQueryValue(last)) {
    throw new DefinitionError(
      subject,
      `'${variable.fieldPath.join('.')}' can't be written in a path`,
    );
  }
  return fields;
}

function resolveBody(
  subject: string,
  method: DescMethod,
  body: string,
): Binding['body'] {
  if (body === '' || body === '*') {
    return body || undefined;
  }
  return resolveTopField(subject, method.input, body);
}

function resolveTopField(
  subject: string,
  message: DescMessage,
  name: string,
): DescField {
  const field = message.fields.find(each => each.name === name);
  if (!field) {
    throw new DefinitionError(
      subject,
      `${message.typeName} has no field '${name}'`,
    );
  }
  return field;
}

/**
 * Every field that is neither in the path nor in the body is a query
 * parameter, so it must be possible to write it as one.
 */
function checkQueryFields(subject: string, binding: Binding): void {
  if (binding.body === '*') {
    return;
  }
  const bound = new Set(
    binding.variables.map(({ fieldPath }) => fieldPath.join('.')),
  );
  const visit = (
    message: DescMessage,
    path: string,
    above: readonly DescMessage[],
  ) => {
    for (const field of message.fields) {
      const name = path === '' ? field.name : `${path}.${field.name}`;
      if (bound.has(name) || field === binding.body || isQueryValue(field)) {
        continue;
      }
      if (field.fieldKind !== 'message' || above.includes(field.message)) {
        throw new DefinitionError(
          subject,
          `'${name}' is neither in the path nor in the body, and can't be a query parameter`,
        );
      }
      visit(field.message, name, [...above, field.message]);
    }
  };
  visit(binding.method.input, '', [binding.method.input]);
}
