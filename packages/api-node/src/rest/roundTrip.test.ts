/**
 * A message that a client writes as a REST request by the published rules is
 * the message that the server reads.
 */
import {
  fromJson,
  toJson,
  type DescField,
  type JsonValue,
} from '@bufbuild/protobuf';
import fc from 'fast-check';
import { arbitraryJson, text } from '../__testUtils__/arbitraryMessage';
import { library, messaging } from '../__testUtils__/definitions';
import { MessageValidator } from '../message/validateMessage';
import { readBindings, type Binding, type BoundVariable } from './bindings';
import { isRawBody, readRequestMessage } from './requestMessage';
import { RouteTable } from './RouteTable';

const validator = new MessageValidator();

type Json = Record<string, any>; // any: walked along paths that the binding names

const bindings = [library, messaging]
  .flatMap(service => service.methods)
  .flatMap(method => readBindings(method))
  // A wildcard outside of a variable is no part of the message.
  .filter(({ template }) => !/\*(?!.*\})/.test(template.text))
  // Not JSON; serving.test.ts sends one.
  .filter(binding => !isRawBody(binding))
  .map(
    binding =>
      [`${binding.httpMethod} ${binding.template.text}`, binding] as const,
  );

it.each(bindings)('%s', (_, binding) => {
  const table = new RouteTable();
  table.add(binding);
  fc.assert(
    fc.property(arbitraryRequest(binding), json => {
      const expected = fromJson(binding.method.input, json as JsonValue);
      const request = writeRequest(binding, json);
      const match = table.match(binding.httpMethod, request.path);
      if (match.kind !== 'found') {
        throw new Error(`${request.path} leads to ${match.kind}`);
      }
      const message = readRequestMessage(
        binding,
        {
          segments: match.segments,
          query: request.query,
          contentType: 'application/json',
          body: Buffer.from(request.body),
        },
        validator,
      );
      // Compared as JSON: a descriptor leads to all others when it is printed.
      expect(toJson(binding.method.input, message)).toEqual(
        toJson(binding.method.input, expected),
      );
    }),
    { numRuns: 150 },
  );
});

/** A message whose path variables have values that fit the template. */
function arbitraryRequest(binding: Binding): fc.Arbitrary<Json> {
  const values = binding.variables.map(variable =>
    arbitraryVariable(binding, variable),
  );
  return fc
    .tuple(arbitraryJson(binding.method.input), fc.tuple(...values))
    .map(([json, variables]) => {
      const whole: Json = { ...json };
      binding.variables.forEach(({ fields }, index) =>
        put(whole, fields, variables[index]),
      );
      return whole;
    })
    .filter(json => {
      try {
        fromJson(binding.method.input, json as JsonValue);
        return true;
      } catch {
        return false;
      }
    })
    .map(json => canonical(binding, json))
    .map(json =>
      binding.body === '*' ? json : withoutEmptyMessages(binding, json),
    );
}

function arbitraryVariable(
  binding: Binding,
  variable: BoundVariable,
): fc.Arbitrary<unknown> {
  const field = variable.fields.at(-1)!;
  if (!('scalar' in field) || field.scalar !== 9) {
    return arbitraryJson(field.parent).map(
      json =>
        json[field.jsonName] ??
        toJson(field.parent, fromJson(field.parent, {}), {
          alwaysEmitImplicit: true,
        })![field.jsonName as never],
    );
  }
  if (variable.single) {
    return text.filter(value => value !== '');
  }
  const segment = text.filter(value => value !== '' && !value.includes('/'));
  return fc
    .tuple(
      ...binding.template.segments
        .slice(variable.from, variable.to)
        .map(each => {
          switch (each.kind) {
            case 'literal':
              return fc.constant([each.text]);
            case 'one':
              return fc.tuple(segment);
            default:
              return fc.array(segment, { minLength: 1, maxLength: 3 });
          }
        }),
    )
    .map(parts => parts.flat().join('/'));
}

/** A query has no way to say that a message is there and empty. */
function withoutEmptyMessages(binding: Binding, json: Json): Json {
  const { body } = binding;
  const kept = typeof body === 'object' ? json[body.jsonName] : undefined;
  const pruned = prune(json) ?? {};
  return kept === undefined || typeof body !== 'object'
    ? pruned
    : { ...pruned, [body.jsonName]: kept };
}

function prune(json: Json): Json | undefined {
  const entries = Object.entries(json)
    .map(([name, value]) => [
      name,
      typeof value === 'object' && !Array.isArray(value) ? prune(value) : value,
    ])
    .filter(([, value]) => value !== undefined);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}

/** The message in the one form that `toJson` gives it. */
function canonical(binding: Binding, json: Json): Json {
  return toJson(
    binding.method.input,
    fromJson(binding.method.input, json as JsonValue),
  ) as Json;
}

/** What a client does, by the comments of http.proto. */
function writeRequest(binding: Binding, json: Json) {
  const rest: Json = structuredClone(json);
  const segments: string[] = binding.template.segments.map(segment =>
    segment.kind === 'literal' ? encodeURIComponent(segment.text) : '',
  );
  for (const variable of binding.variables) {
    const value = `${take(rest, variable.fields) ?? zeroOf(variable.fields.at(-1)!)}`;
    if (variable.single) {
      segments[variable.from] = encode(value);
    } else {
      const parts = value.split('/').map(encode);
      segments.splice(variable.from, variable.to - variable.from, ...parts);
    }
  }
  const { body } = binding;
  const path = `/${segments.join('/')}${binding.template.verb ? `:${binding.template.verb}` : ''}`;
  if (body === '*') {
    return { path, query: '', body: JSON.stringify(rest) };
  }
  const content = body ? rest[body.jsonName] : undefined;
  if (body) {
    delete rest[body.jsonName];
  }
  return {
    path,
    query: toQuery(rest).join('&'),
    body: content === undefined ? '' : JSON.stringify(content),
  };
}

function toQuery(json: Json, prefix = ''): string[] {
  return Object.entries(json).flatMap(([name, value]) => {
    const path = `${prefix}${name}`;
    if (Array.isArray(value)) {
      return value.map(item => `${path}=${encodeURIComponent(item)}`);
    }
    return typeof value === 'object' && value !== null
      ? toQuery(value, `${path}.`)
      : [`${path}=${encodeURIComponent(value)}`];
  });
}

function encode(segment: string): string {
  return encodeURIComponent(segment).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16)}`,
  );
}

function put(json: Json, fields: readonly DescField[], value: unknown): void {
  const [field, ...rest] = fields;
  if (rest.length === 0) {
    json[field!.jsonName] = value;
  } else {
    json[field!.jsonName] = { ...json[field!.jsonName] };
    put(json[field!.jsonName], rest, value);
  }
}

function take(json: Json, fields: readonly DescField[]): unknown {
  const [field, ...rest] = fields;
  const value = json[field!.jsonName];
  if (rest.length > 0) {
    return value && take(value, rest);
  }
  delete json[field!.jsonName];
  return value;
}

function zeroOf(field: DescField): string {
  if ('enum' in field && field.enum) {
    return field.enum.values[0]!.name;
  }
  return 'scalar' in field && field.scalar === 8 ? 'false' : '0';
}
