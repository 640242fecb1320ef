/**
 * The examples that Google publishes with its rules
 * (https://github.com/googleapis/googleapis/blob/master/google/api/http.proto),
 * and the rules that they leave out.
 */
import { toJson, type DescService } from '@bufbuild/protobuf';
import { ApiError } from '@callboard/api-client';
import { library, messaging } from '../__testUtils__/definitions';
import { MessageValidator } from '../message/validateMessage';
import { readBindings, type Binding } from './bindings';
import { readRequestMessage } from './requestMessage';
import { RouteTable, type Route } from './RouteTable';

const validator = new MessageValidator();
const tables = new Map(
  [library, messaging].map(service => [service, tableOf(service)] as const),
);

function tableOf(service: DescService) {
  const table = new RouteTable<Route & { binding: Binding }>();
  for (const binding of service.methods.flatMap(readBindings)) {
    table.add({
      httpMethod: binding.httpMethod,
      template: binding.template,
      binding,
    });
  }
  return table;
}

/** The method that a request calls, and its message as JSON. */
function transcode(service: DescService, line: string, body?: unknown) {
  const [httpMethod = '', target = ''] = line.split(' ');
  const [path = '', query = ''] = target.split('?');
  const match = tables.get(service)!.match(httpMethod, path);
  if (match.kind !== 'found') {
    return match.kind;
  }
  const { binding } = match.route;
  const message = readRequestMessage(
    binding,
    {
      segments: match.segments,
      query,
      contentType: 'application/json',
      body:
        body === undefined
          ? Buffer.alloc(0)
          : Buffer.from(JSON.stringify(body)),
    },
    validator,
  );
  return [binding.method.name, toJson(binding.method.input, message)];
}

function faults(service: DescService, line: string, body?: unknown) {
  try {
    transcode(service, line, body);
    return [];
  } catch (error) {
    return error instanceof ApiError
      ? error.fields.map(({ field, rule }) => `${field} ${rule}`)
      : error;
  }
}

it.each([
  [
    'GET /v1/messages/123456',
    undefined,
    ['GetMessageByName', { name: 'messages/123456' }],
  ],
  [
    'GET /v2/messages/123456?revision=2&sub.subfield=foo',
    undefined,
    [
      'GetMessage',
      { messageId: '123456', revision: '2', sub: { subfield: 'foo' } },
    ],
  ],
  [
    'PATCH /v1/messages/123456',
    { text: 'Hi!' },
    ['UpdateMessage', { messageId: '123456', message: { text: 'Hi!' } }],
  ],
  [
    'PATCH /v2/messages/123456',
    { text: 'Hi!' },
    ['UpdateMessageWhole', { messageId: '123456', text: 'Hi!' }],
  ],
  [
    'GET /v3/messages/123456',
    undefined,
    ['GetMessageOfUser', { messageId: '123456' }],
  ],
  [
    'GET /v3/users/me/messages/123456',
    undefined,
    ['GetMessageOfUser', { userId: 'me', messageId: '123456' }],
  ],
])('reads the published example %s', (line, body, expected) => {
  expect(transcode(messaging, line, body)).toEqual(expected);
});

describe('percent-encoding', () => {
  it.each([
    // One segment: everything is decoded.
    ['GET /v6/a%2Fb%20c%25', ['AnyMethod', { name: 'a/b c%' }]],
    ['GET /v6/%E2%82%AC', ['AnyMethod', { name: '€' }]],
    // Several: %2F stays, so that it can be told from a slash.
    ['GET /v5/a%2Fb/c%20d%2f', ['GetFile', { name: 'a%2Fb/c d%2f' }]],
    ['GET /v1/messages/a%3Ab', ['GetMessageByName', { name: 'messages/a:b' }]],
    // A plus in a path is a plus, in a query a blank.
    ['GET /v6/a+b', ['AnyMethod', { name: 'a+b' }]],
    [
      'GET /v2/messages/1?sub.subfield=a+b%2Bc%26d%3D',
      ['GetMessage', { messageId: '1', sub: { subfield: 'a b+c&d=' } }],
    ],
  ])('%s', (line, expected) => {
    expect(transcode(messaging, line)).toEqual(expected);
  });

  it('names what is broken', () => {
    expect(faults(messaging, 'GET /v6/a%zz')).toEqual(['name BROKEN_ENCODING']);
    expect(faults(messaging, 'GET /v5/a%2')).toEqual(['name BROKEN_ENCODING']);
    expect(faults(messaging, 'GET /v2/messages/1?revision=%')).toEqual([
      'revision BROKEN_ENCODING',
    ]);
    expect(faults(messaging, 'GET /v6/%ff')).toEqual(['name BROKEN_ENCODING']);
  });
});

describe('wildcards and verbs', () => {
  it.each([
    [
      'POST /v1/messages/1/parts/2/3:cancel',
      ['CancelMessage', { name: 'messages/1/parts/2/3' }],
    ],
    [
      'POST /v1/messages/1/parts:cancel',
      ['CancelMessage', { name: 'messages/1/parts' }],
    ],
    ['POST /v1/messages/1/parts/2', 'none'],
    ['GET /v4/anything/n', ['AnyMessage', { name: 'n' }]],
    ['GET /v4/anything/n/and/more', ['AnyMessage', { name: 'n' }]],
    ['GET /v5', ['GetFile', {}]],
    ['GET /v5/', ['GetFile', {}]],
    ['GET /v5/a/b/', ['GetFile', { name: 'a/b/' }]],
    ['BREW /v6/n', ['AnyMethod', { name: 'n' }]],
    ['POST /v1/messages/1', 'otherMethods'],
    ['GET /v1/messages', 'none'],
  ])('%s', (line, expected) => {
    expect(transcode(messaging, line)).toEqual(expected);
  });
});

it('reads numbers, truth values and enums in paths', () => {
  expect(
    transcode(messaging, 'GET /v7/-3/true/COLOUR_RED/18446744073709551615'),
  ).toEqual([
    'GetPage',
    {
      number: -3,
      isLast: true,
      colour: 'COLOUR_RED',
      big: '18446744073709551615',
    },
  ]);
  expect(transcode(messaging, 'GET /v7/0/false/2/0')).toEqual([
    'GetPage',
    { colour: 'COLOUR_GREEN' },
  ]);
  expect(faults(messaging, 'GET /v7/1.5/yes/COLOUR_BLUE/-1')).toEqual([
    'number WRONG_TYPE',
    'isLast WRONG_TYPE',
    'colour WRONG_TYPE',
    'big WRONG_TYPE',
  ]);
});

it('reads every kind of query parameter, by either name', () => {
  const query = [
    'pageSize=3',
    'page_token=t',
    'editions=1&editions=2',
    'filter.genres=GENRE_NOVEL&filter.genres=2',
    'filter.tags=a%20b&filter.tags=',
    'filter.published_after=2026-01-31T12:00:00.5Z',
    'filter.minLoanPeriod=1.5s',
    'filter.titlePrefix=',
    'filter.lent=false',
    'filter.checksum=_-8',
    'filter.min_copies=9007199254740993',
    'filter.barcode=18446744073709551615',
    'filter.maxWeight=-Infinity',
    'filter.author.family_name=Ng%C5%A9g%C4%A9',
    'filter.edition=0',
    'filter.maxCopies=-5',
    'read_mask=title,loan_period',
  ].join('&');
  expect(transcode(library, `GET /v1/shelves/a/books?${query}`)).toEqual([
    'ListBooks',
    {
      parent: 'shelves/a',
      pageSize: 3,
      pageToken: 't',
      editions: [1, 2],
      readMask: 'title,loanPeriod',
      filter: {
        genres: ['GENRE_NOVEL', 'GENRE_POETRY'],
        tags: ['a b', ''],
        publishedAfter: '2026-01-31T12:00:00.500Z',
        minLoanPeriod: '1.500s',
        titlePrefix: '',
        lent: false,
        checksum: '/+8=',
        minCopies: '9007199254740993',
        barcode: '18446744073709551615',
        maxWeight: '-Infinity',
        author: { familyName: 'Ngũgĩ' },
        edition: 0,
        maxCopies: '-5',
      },
    },
  ]);
});

it('names every parameter at fault', () => {
  const query = [
    'pageSize=many',
    'pageSize=3',
    'parent=shelves/b',
    'filter=x',
    'filter.nope=1',
    'filter.genres=GENRE_NONE',
    'filter.published_after=yesterday',
    'filter.minLoanPeriod=2h',
    'filter.lent=maybe',
    'filter.checksum=!',
    'filter.min_copies=9223372036854775808',
    'editions=1&editions=1.5',
    '__proto__.x=1',
    'constructor=1',
    'x[0]=1',
  ].join('&');
  expect(faults(library, `GET /v1/shelves/a/books?${query}`)).toEqual([
    'pageSize SET_TWICE',
    'parent UNKNOWN_FIELD',
    'filter UNKNOWN_FIELD',
    'filter.nope UNKNOWN_FIELD',
    '__proto__.x UNKNOWN_FIELD',
    'constructor UNKNOWN_FIELD',
    'x[0] UNKNOWN_FIELD',
    'filter.genres[0] WRONG_TYPE',
    'filter.publishedAfter WRONG_TYPE',
    'filter.minLoanPeriod WRONG_TYPE',
    'filter.lent WRONG_TYPE',
    'filter.checksum WRONG_TYPE',
    'filter.minCopies WRONG_TYPE',
    'editions[1] WRONG_TYPE',
  ]);
});

describe('bodies', () => {
  it('takes one field, and the rest from path and query', () => {
    expect(
      transcode(
        library,
        'PATCH /v1/shelves/a/books/1?update_mask=title,loan_period',
        { title: 'New' },
      ),
    ).toEqual([
      'UpdateBook',
      {
        book: { name: 'shelves/a/books/1', title: 'New' },
        updateMask: 'title,loanPeriod',
      },
    ]);
  });

  it('takes all fields; the path has the last word', () => {
    expect(
      transcode(library, 'PUT /v1/shelves/a/books/1', {
        book: { name: 'shelves/b/books/2', title: 'New' },
        updateMask: 'title',
      }),
    ).toEqual([
      'UpdateBook',
      {
        book: { name: 'shelves/a/books/1', title: 'New' },
        updateMask: 'title',
      },
    ]);
  });

  it('takes no query where everything is in the body', () => {
    expect(
      faults(library, 'PUT /v1/shelves/a/books/1?update_mask=title', {}),
    ).toEqual(['update_mask UNKNOWN_FIELD', 'book.title STRING_MIN_LEN']);
  });

  it('takes a list', () => {
    expect(
      transcode(library, 'POST /v1/shelves/a/books:batchCreate', [
        { title: 'A' },
        { title: 'B' },
      ]),
    ).toEqual([
      'BatchCreateBooks',
      { parent: 'shelves/a', books: [{ title: 'A' }, { title: 'B' }] },
    ]);
  });

  it('may be missing', () => {
    expect(transcode(library, 'POST /v1/fail')).toEqual(['Fail', {}]);
  });

  it('names every fault by its path', () => {
    expect(
      faults(library, 'POST /v1/shelves/a/books', {
        title: 1,
        pages: 1.5,
        tags: ['a', 2, null],
        authors: [{}, 'x', { familyname: 'x' }],
        labels: { a: 1 },
        genre: 'GENRE_NONE',
        published: 'x',
        paper: {},
        audio: { chapters: [{ chapters: [{ titel: 'x' }] }] },
        subtitle: false,
        nope: 1,
      }),
    ).toEqual([
      'book.title WRONG_TYPE',
      'book.pages WRONG_TYPE',
      'book.tags[1] WRONG_TYPE',
      'book.tags[2] WRONG_TYPE',
      'book.authors[1] WRONG_TYPE',
      'book.authors[2].familyname UNKNOWN_FIELD',
      'book.labels["a"] WRONG_TYPE',
      'book.genre WRONG_TYPE',
      'book.published WRONG_TYPE',
      'book.audio SET_TWICE',
      'book.audio.chapters[0].chapters[0].titel UNKNOWN_FIELD',
      'book.subtitle WRONG_TYPE',
      'book.nope UNKNOWN_FIELD',
      'book.authors[0].familyName STRING_MIN_LEN',
      'book.authors[2].familyName STRING_MIN_LEN',
    ]);
  });

  it.each([
    ['POST /v1/shelves/a/books', 'x', ['book WRONG_TYPE']],
    ['POST /v1/shelves/a/books', [], ['book WRONG_TYPE']],
    ['PATCH /v1/shelves/a/books/1', 'x', ['book WRONG_TYPE']],
    ['PATCH /v1/shelves/a/books/1', [1], ['book WRONG_TYPE']],
    ['PUT /v1/shelves/a/books/1', { book: 'x' }, ['book WRONG_TYPE']],
    ['PUT /v1/shelves/a/books/1', 'x', [' WRONG_TYPE']],
    ['POST /v1/shelves/a/books:batchCreate', {}, ['books WRONG_TYPE']],
    ['POST /v1/fail', [], [' WRONG_TYPE']],
    ['POST /v1/fail', null, [' WRONG_TYPE']],
  ])('refuses %s with %j', (line, body, expected) => {
    expect(faults(library, line, body)).toEqual(expected);
  });
});
