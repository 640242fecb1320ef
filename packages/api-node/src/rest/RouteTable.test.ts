import fc from 'fast-check';
import { parsePathTemplate } from './pathTemplate';
import { RouteTable, type Route } from './RouteTable';

function tableOf(...routes: string[]): RouteTable<Route> {
  const table = new RouteTable<Route>();
  for (const route of routes) {
    const [httpMethod = '', path = ''] = route.split(' ');
    table.add({ httpMethod, template: parsePathTemplate(path) });
  }
  return table;
}

function find(table: RouteTable<Route>, method: string, path: string) {
  const match = table.match(method, path);
  return match.kind === 'found' ? match.route.template.text : match;
}

it('prefers literals to *, * to **, and a verb to none', () => {
  const table = tableOf(
    'GET /v1/**',
    'GET /v1/*',
    'GET /v1/me',
    'GET /v1/{id}:cancel',
    'GET /v1/*/x',
    'GET /v1/me/**',
  );
  expect(find(table, 'GET', '/v1/me')).toBe('/v1/me');
  expect(find(table, 'GET', '/v1/you')).toBe('/v1/*');
  expect(find(table, 'GET', '/v1/you:cancel')).toBe('/v1/{id}:cancel');
  expect(find(table, 'GET', '/v1/you:other')).toBe('/v1/*');
  expect(find(table, 'GET', '/v1/a/b')).toBe('/v1/**');
  expect(find(table, 'GET', '/v1')).toBe('/v1/**');
  // A literal that leads nowhere is left again.
  expect(find(table, 'GET', '/v1/me/x')).toBe('/v1/me/**');
});

it('compares what segments mean, not how they are encoded', () => {
  const table = tableOf('GET /v1/sh%C3%A4lves/{id}');
  expect(find(table, 'GET', '/v1/sh%C3%A4lves/1')).toMatch('/v1');
  expect(find(table, 'GET', '/v1/s%68%c3%a4lves/1')).toMatch('/v1');
});

it.each(['/v1/', '/v1//', '//v1/x', 'v1/x', '', '/', '/v1/x/', '/v2/x'])(
  'finds nothing at %s',
  path => {
    expect(tableOf('GET /v1/{id}').match('GET', path)).toEqual({
      kind: 'none',
    });
  },
);

it('names the methods that a path has', () => {
  const table = tableOf('GET /v1/{id}', 'POST /v1/{name}', 'PUT /v1/{id}:x');
  expect(table.match('DELETE', '/v1/1')).toEqual({
    kind: 'otherMethods',
    allowed: ['GET', 'POST'],
  });
});

it('takes any method where the rule does', () => {
  const table = tableOf('* /v1/{id}', 'GET /v1/{id}');
  expect(find(table, 'BREW', '/v1/1')).toBe('/v1/{id}');
});

it('refuses two routes for the same requests', () => {
  expect(() => tableOf('GET /v1/{a}', 'GET /v1/{b=*}')).toThrow(
    'GET /v1/{b=*}: matches the same requests as /v1/{a}',
  );
});

it('finds what looking at each route one by one finds', () => {
  const segment = fc.constantFrom('a', 'b', '*');
  const template = fc
    .tuple(
      fc.array(segment, { minLength: 1, maxLength: 4 }),
      fc.boolean(),
      fc.constantFrom('', ':go'),
    )
    .map(
      ([segments, rest, verb]) =>
        `/${segments.join('/')}${rest ? '/**' : ''}${verb}`,
    );
  const path = fc
    .tuple(
      fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 5 }),
      fc.constantFrom('', ':go', ':no'),
    )
    .map(([segments, verb]) => `/${segments.join('/')}${verb}`);
  fc.assert(
    fc.property(
      fc.uniqueArray(template, { minLength: 1, maxLength: 12 }),
      path,
      (templates, requested) => {
        const found = tableOf(...templates.map(each => `GET ${each}`)).match(
          'GET',
          requested,
        );
        const expected = templates.filter(each =>
          toRegExp(each).test(requested),
        );
        const text = found.kind === 'found' ? found.route.template.text : '';
        expect(expected.length === 0 ? [''] : expected).toContain(text);
      },
    ),
    { numRuns: 2000 },
  );
});

/** What a template means, as one expression. */
function toRegExp(template: string): RegExp {
  const [path = '', verb] = template.split(':');
  const pattern = path
    .split('/')
    .map(part => ({ '*': '[^/]+', '**': '\0' })[part] ?? part)
    .join('/')
    .replace('/\0', '(/.*)?');
  return new RegExp(`^${pattern}${verb ? `:${verb}` : ''}$`);
}
