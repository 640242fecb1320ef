/** What is wrong with an API is said at start, and the API is not served. */
import {
  create,
  setExtension,
  type DescMethod,
  type MessageInitShape,
} from '@bufbuild/protobuf';
import { MethodOptionsSchema } from '@bufbuild/protobuf/wkt';
import { createPermission } from '@backstage/plugin-permission-common';
import { library, libraryDefinition } from './__testUtils__/definitions';
import { createRunners } from './apiServiceRef';
import type { RunnerServices } from './call/MethodRunner';
import { checkPolicy } from './call/policy';
import { http } from './gen/google/api/annotations_pb';
import { HttpRuleSchema } from './gen/google/api/http_pb';
import { readBindings } from './rest/bindings';

const services = {} as RunnerServices;
const complete = {
  service: library,
  policies: Object.fromEntries(
    library.methods.map(({ localName }) => [localName, 'public']),
  ),
  handlers: Object.fromEntries(
    library.methods.map(({ localName }) => [localName, () => {}]),
  ),
};

it('starts what is complete', () => {
  expect(createRunners(libraryDefinition, [complete], services)).toHaveLength(
    library.methods.length,
  );
});

it.each([
  [
    'a method without a policy',
    { ...complete, policies: { ...complete.policies, getBook: undefined } },
    'callboard.library.v1.LibraryService.GetBook: has no policy, so nobody may call it',
  ],
  [
    'a method without a handler',
    { ...complete, handlers: { ...complete.handlers, getBook: undefined } },
    'callboard.library.v1.LibraryService.GetBook: has no handler',
  ],
  [
    'a policy that lets nobody in',
    { ...complete, policies: { ...complete.policies, getBook: { allow: [] } } },
    "its policy has to be 'public' or allow",
  ],
  [
    'a policy for a kind of caller that does not exist',
    {
      ...complete,
      policies: { ...complete.policies, getBook: { allow: ['guest'] } },
    },
    "its policy has to be 'public' or allow",
  ],
])('refuses %s', (_, implementation, reason) => {
  expect(() =>
    createRunners(libraryDefinition, [implementation as never], services),
  ).toThrow(reason);
});

it('refuses a service that is not implemented, and one that is not defined', () => {
  expect(() => createRunners(libraryDefinition, [], services)).toThrow(
    'callboard.library.v1.LibraryService: is not implemented',
  );
  const stranger = { ...complete, service: { ...library, typeName: 'x.Y' } };
  expect(() =>
    createRunners(libraryDefinition, [complete, stranger as never], services),
  ).toThrow('x.Y: is not in the definition');
});

describe('permissions', () => {
  const basic = createPermission({ name: 'a.b', attributes: {} });
  const resource = createPermission({
    name: 'a.c',
    attributes: {},
    resourceType: 'thing',
  });
  it.each<[object, string]>([
    [
      { allow: ['user'], permission: resource },
      'needs resourceRef or conditional',
    ],
    [
      {
        allow: ['user'],
        permission: resource,
        conditional: true,
        resourceRef: () => '',
      },
      'needs resourceRef or conditional',
    ],
    [{ allow: ['user'], permission: basic, conditional: true }, 'say nothing'],
    [{ allow: ['user'], resourceRef: () => '' }, 'say nothing'],
  ])('are used as they are meant: %#', (policy, reason) => {
    expect(() => checkPolicy(library.method.getBook!, policy)).toThrow(reason);
  });

  it('on a resource need one request that names it', () => {
    expect(() =>
      checkPolicy(library.method.echo!, {
        allow: ['user'],
        permission: resource,
        resourceRef: () => '',
      }),
    ).toThrow('no single request names the resource');
  });
});

describe('HTTP rules', () => {
  it.each<[string, MessageInitShape<typeof HttpRuleSchema>, string]>([
    ['GetBook', { pattern: { case: 'get', value: 'v1' } }, 'starts with /'],
    ['GetBook', {}, 'has no path'],
    [
      'GetBook',
      { pattern: { case: 'get', value: '/v1/{title}' } },
      "'title' is no single field",
    ],
    [
      'ListBooks',
      { pattern: { case: 'get', value: '/v1/{filter.tags}' } },
      'is no single field',
    ],
    [
      'ListBooks',
      { pattern: { case: 'get', value: '/v1/{filter}' } },
      "can't be written in a path",
    ],
    [
      'GetBook',
      { pattern: { case: 'get', value: '/v1/{name}' }, body: '*' },
      'GET requests have no body',
    ],
    [
      'GetBook',
      { pattern: { case: 'post', value: '/v1/{name}' }, body: 'nope' },
      "has no field 'nope'",
    ],
    [
      'GetBook',
      { pattern: { case: 'get', value: '/v1/{name}' }, responseBody: 'nope' },
      "has no field 'nope'",
    ],
    [
      'CreateBook',
      { pattern: { case: 'post', value: '/v1/{parent}' } },
      "'book.authors' is neither in the path nor in the body",
    ],
    [
      'ImportBooks',
      { pattern: { case: 'post', value: '/v1/x' } },
      'takes a stream, so its body is "*"',
    ],
    [
      'Echo',
      { pattern: { case: 'post', value: '/v1/x' }, body: '*' },
      'streams both ways',
    ],
    [
      'GetBook',
      { pattern: { case: 'custom', value: { kind: 'get it', path: '/v1/x' } } },
      "can't be an HTTP method",
    ],
    [
      'GetBook',
      {
        pattern: { case: 'get', value: '/v1/{name}' },
        additionalBindings: [
          {
            pattern: { case: 'get', value: '/v2/{name}' },
            additionalBindings: [
              { pattern: { case: 'get', value: '/v3/{name}' } },
            ],
          },
        ],
      },
      'additional bindings are nested',
    ],
  ])('of %s are refused: %j', (name, rule, reason) => {
    expect(() => readBindings(withRule(name, rule))).toThrow(reason);
  });

  it('may be missing', () => {
    expect(readBindings(library.method.echo!)).toEqual([]);
  });
});

/** A method of the library with another rule. */
function withRule(
  name: string,
  rule: MessageInitShape<typeof HttpRuleSchema>,
): DescMethod {
  const method = library.methods.find(each => each.name === name)!;
  const options = create(MethodOptionsSchema);
  setExtension(options, http, create(HttpRuleSchema, rule));
  return Object.assign(Object.create(method), {
    proto: { ...method.proto, options },
  });
}
