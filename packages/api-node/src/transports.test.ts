/**
 * The same methods, called through every transport, give equal answers and
 * equal errors.
 */
import type { JsonValue } from '@bufbuild/protobuf';
import {
  openCallers,
  type Caller,
  type RestRequest,
} from './__testUtils__/callers';
import {
  startLibrary,
  type StartedLibrary,
} from './__testUtils__/startLibrary';
import { descriptors } from './__fixtures__/library/gen/descriptors';
import { failures } from './__fixtures__/library/libraryPlugin';
import { loadDefinition } from './definition/loadDefinition';

// Starting a backend takes its time on a busy machine.
jest.setTimeout(60_000);

const { method } = loadDefinition(descriptors).services[0]!;

let started: StartedLibrary;
let callers: Record<string, Caller>;
let closeCallers: () => void;

beforeAll(async () => {
  started = await startLibrary();
  const opened = await openCallers(started);
  callers = opened.callers;
  closeCallers = opened.close;
});

afterAll(async () => {
  closeCallers?.();
  await started?.stop();
});

beforeEach(() => {
  started.library.books.clear();
  started.library.add({
    name: 'shelves/a/books/1',
    title: 'Of Herring & Søren – 100 % “ok”',
    isbn: '9780000000001',
    pages: 12,
    weight: 0.1,
    copies: 9007199254740993n,
    barcode: 18446744073709551615n,
    lent: true,
    genre: 2,
    tags: ['sea', 'ä'],
    checksum: new Uint8Array([0, 255, 128]),
    subtitle: '',
    rating: 4.5,
    labels: { colour: 'red' },
    notes: { deep: { list: [1, 'two', null, true] } },
    medium: {
      case: 'paper',
      value: { $typeName: 'callboard.library.v1.Paper', hardcover: true },
    },
    edition: 0,
  });
  started.library.add({ name: 'shelves/a/books/2', title: 'Second' });
});

interface Row {
  readonly title: string;
  readonly method: keyof typeof method & string;
  readonly request: JsonValue;
  readonly rest: RestRequest;
}

const post = (path: string, body: unknown): RestRequest => ({
  method: 'POST',
  path,
  body,
});
const get = (path: string): RestRequest => ({ method: 'GET', path });

const rows: Row[] = [
  {
    title: 'a message with every kind of field',
    method: 'getBook',
    request: { name: 'shelves/a/books/1' },
    rest: get('/v1/shelves/a/books/1'),
  },
  {
    title: 'another binding of the same method',
    method: 'getBook',
    request: { isbn: '9780000000001' },
    rest: get('/v1/isbn/9780000000001'),
  },
  {
    title: 'a list',
    method: 'listBooks',
    request: {
      parent: 'shelves/a',
      pageSize: 10,
      filter: { genres: ['GENRE_NOVEL'], tags: ['x', 'y'] },
    },
    rest: get(
      '/v1/shelves/a/books?page_size=10&filter.genres=GENRE_NOVEL&filter.tags=x&filter.tags=y',
    ),
  },
  {
    title: 'a command with a body and a query',
    method: 'createBook',
    request: {
      parent: 'shelves/b',
      book: { title: 'New', tags: ['a'] },
      validateOnly: true,
    },
    rest: post('/v1/shelves/b/books?validateOnly=true', {
      title: 'New',
      tags: ['a'],
    }),
  },
  {
    title: 'an empty answer',
    method: 'deleteBook',
    request: { name: 'shelves/a/books/404' },
    rest: { method: 'DELETE', path: '/v1/shelves/a/books/404' },
  },
  {
    title: 'a public method',
    method: 'getOpeningHours',
    request: {},
    rest: get('/v1/openingHours'),
  },
  {
    title: 'a stream',
    method: 'watchBooks',
    request: { parent: 'shelves/a' },
    rest: get('/v1/shelves/a/books:watch'),
  },
  {
    title: 'an empty stream',
    method: 'watchBooks',
    request: { parent: 'shelves/none' },
    rest: get('/v1/shelves/none/books:watch'),
  },
  {
    title: 'a stream that fails halfway',
    method: 'watchBooks',
    request: { parent: 'shelves/a', failAfter: 1 },
    rest: get('/v1/shelves/a/books:watch?failAfter=1'),
  },
  {
    title: 'a stream whose request is invalid',
    method: 'watchBooks',
    request: { parent: 'shelves/a', limit: -1 },
    rest: get('/v1/shelves/a/books:watch?limit=-1'),
  },
  {
    title: 'constraints that are broken at several depths',
    method: 'createBook',
    request: {
      parent: 'shelves/a',
      book: {
        title: '',
        isbn: 'x',
        pages: 20000,
        tags: ['same', 'same'],
        authors: [
          { familyName: 'ok' },
          { familyName: '', givenName: 'g'.repeat(101) },
        ],
        labels: { Bad: 'x' },
      },
    },
    rest: post('/v1/shelves/a/books', {
      title: '',
      isbn: 'x',
      pages: 20000,
      tags: ['same', 'same'],
      authors: [
        { familyName: 'ok' },
        { familyName: '', givenName: 'g'.repeat(101) },
      ],
      labels: { Bad: 'x' },
    }),
  },
  {
    title: 'texts that no database takes beside broken constraints',
    method: 'createBook',
    request: { parent: 'shelves/a', book: { title: 'a\0', pages: -1 } },
    rest: post('/v1/shelves/a/books', { title: 'a\0', pages: -1 }),
  },
  {
    title: 'a constraint over several fields',
    method: 'createBook',
    request: { parent: 'shelves/a', book: { title: 't', pages: 3, audio: {} } },
    rest: post('/v1/shelves/a/books', { title: 't', pages: 3, audio: {} }),
  },
  {
    title: 'a required message that is missing',
    method: 'moveBook',
    request: { name: 'shelves/a/books/1' },
    rest: post('/v1/shelves/a/books/1:move', {}),
  },
  ...[...Object.keys(failures), 'somethingElse'].map(how => ({
    title: `an error: ${how}`,
    method: 'fail' as const,
    request: { how },
    rest: post('/v1/fail', { how }),
  })),
];

it.each(rows)('$title', async row => {
  const outcomes: Record<string, unknown> = {};
  for (const [name, call] of Object.entries(callers)) {
    outcomes[name] = await call(method[row.method]!, row.request, row.rest);
  }
  const { REST: expected, ...others } = outcomes;
  expect(expected).toMatchSnapshot();
  for (const [name, outcome] of Object.entries(others)) {
    expect({ name, outcome }).toEqual({ name, outcome: expected });
  }
});
