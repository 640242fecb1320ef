import SwaggerParser from '@apidevtools/swagger-parser';
import addFormats from 'ajv-formats';
import Ajv2020 from 'ajv/dist/2020';
import { HEADERS } from '../__testUtils__/callers';
import {
  libraryDefinition,
  messagingDefinition,
} from '../__testUtils__/definitions';
import {
  startLibrary,
  type StartedLibrary,
} from '../__testUtils__/startLibrary';
import { renderOpenApi } from './renderOpenApi';

const document: any = renderOpenApi(libraryDefinition, {
  // any: looked into freely below
  pluginId: 'library',
  title: 'Library',
  version: '1.0.0',
});

it.each([
  ['library', document],
  [
    'messaging',
    renderOpenApi(messagingDefinition, {
      pluginId: 'messaging',
      title: 'Messaging',
      version: '1',
    }),
  ],
])('is a valid document: %s', async (_, each) => {
  await expect(
    SwaggerParser.validate(structuredClone(each) as never),
  ).resolves.toBeDefined();
});

it('stays as it is', () => {
  expect(document).toMatchSnapshot();
});

it('has what the definition says', () => {
  const { paths, components } = document;
  const list = paths['/v1/shelves/{shelvesId}/books'].get;
  expect(list).toMatchObject({
    operationId: 'LibraryService_ListBooks',
    summary: 'Lists the books of a shelf',
    tags: ['LibraryService'],
  });
  const parameters = Object.fromEntries(
    list.parameters.map((each: { name?: string }) => [each.name, each]),
  );
  expect(parameters).toMatchObject({
    shelvesId: { in: 'path', required: true },
    pageSize: {
      in: 'query',
      schema: { type: 'integer', minimum: 0, maximum: 1000 },
    },
    'filter.genres': {
      schema: {
        type: 'array',
        items: { $ref: '#/components/schemas/callboard.library.v1.Genre' },
      },
    },
    'filter.author.familyName': { schema: { type: 'string' } },
    'filter.publishedAfter': {
      schema: { type: 'string', format: 'date-time' },
    },
    readMask: { schema: { type: 'string' } },
  });
  expect(parameters).not.toHaveProperty('parent');
  expect(components.schemas['callboard.library.v1.Book']).toMatchObject({
    description: expect.stringContaining('At most one of paper, audio is set.'),
    properties: {
      name: {
        description: '`shelves/<shelf>/books/<book>`. Given by the server.',
      },
      title: { type: 'string', minLength: 1, maxLength: 200 },
      isbn: { anyOf: [{ maxLength: 0 }, { pattern: '^[0-9]{13}$' }] },
      copies: { type: 'string', format: 'int64' },
      tags: { maxItems: 10, uniqueItems: true, items: { minLength: 1 } },
      labels: { propertyNames: { pattern: '^[a-z]+$' }, maxProperties: 20 },
    },
  });
  expect(
    components.schemas['callboard.library.v1.CreateBookRequest'],
  ).toBeUndefined();
});

it('gives one path to one shape, whatever its variables are called', () => {
  expect(Object.keys(document.paths)).toEqual([
    ...new Set(Object.keys(document.paths)),
  ]);
  const shapes = Object.keys(document.paths).map(path =>
    path.replace(/\{[^}]*\}/g, '{}'),
  );
  expect(new Set(shapes).size).toBe(shapes.length);
});

it('says who needs what headers', () => {
  const refs = (operation: any) =>
    // any: as above
    operation.parameters.map((each: any) => each.$ref).filter(Boolean);
  expect(refs(document.paths['/v1/openingHours'].get)).toContain(
    '#/components/parameters/Callboard-Position',
  );
  expect(refs(document.paths['/v1/shelves/{shelvesId}/books'].post)).toContain(
    '#/components/parameters/Idempotency-Key',
  );
});

describe('what is served', () => {
  let started: StartedLibrary;
  beforeAll(async () => {
    started = await startLibrary();
  });
  afterAll(() => started?.stop());

  it('is this document, for everyone', async () => {
    const response = await fetch(`${started.baseUrl}/openapi.json`);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it('answers as the document says, right or wrong', async () => {
    started.library.add({
      name: 'shelves/a/books/1',
      title: 'First',
      copies: 3n,
      genre: 1,
      rating: 0.5,
      published: {
        $typeName: 'google.protobuf.Timestamp',
        seconds: 1n,
        nanos: 0,
      },
      loanPeriod: {
        $typeName: 'google.protobuf.Duration',
        seconds: 1n,
        nanos: 500_000_000,
      },
      labels: { a: 'b' },
      notes: { x: [1] },
    });
    const ajv = new Ajv2020({ strict: false, validateFormats: true });
    addFormats(ajv);
    ajv.addFormat('uint64', /^\d+$/);
    ajv.addSchema(document, 'document');
    const check = (name: string, value: unknown) => {
      const validate = ajv.compile({
        $ref: `document#/components/schemas/${name}`,
      });
      expect({ valid: validate(value), errors: validate.errors }).toEqual({
        valid: true,
        errors: null,
      });
    };
    const get = async (path: string) =>
      (await fetch(`${started.baseUrl}${path}`, { headers: HEADERS })).json();
    check('callboard.library.v1.Book', await get('/v1/shelves/a/books/1'));
    check(
      'callboard.library.v1.ListBooksResponse',
      await get('/v1/shelves/a/books'),
    );
    check('Error', await get('/v1/shelves/a/books?pageSize=x'));
    check('Error', await get('/v1/nowhere'));
  });
});
