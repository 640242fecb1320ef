/** JSON and its limits, and texts that can't be stored. */
import { create } from '@bufbuild/protobuf';
import type { ApiError } from '@callboard/api-client';
import fc from 'fast-check';
import { BookSchema } from '../__fixtures__/library/gen/callboard/library/v1/library_pb';
import { arbitraryJson } from '../__testUtils__/arbitraryMessage';
import { library } from '../__testUtils__/definitions';
import { decodeJson } from './decodeJson';
import { diagnoseJson } from './diagnoseJson';
import { MAX_DEPTH, isNestedTooDeep, parseJson } from './jsonLimits';
import { findUnstorableText } from './unstorableText';
import { MessageValidator } from './validateMessage';

const book = library.method.getBook!.output;
const bytes = (text: string) => Buffer.from(text);

describe('depth', () => {
  it.each([
    ['['.repeat(MAX_DEPTH), false],
    ['['.repeat(MAX_DEPTH + 1), true],
    ['{"a":'.repeat(MAX_DEPTH + 1), true],
    ['[],'.repeat(1000), false],
    [`"${'['.repeat(1000)}"`, false],
    [`"\\"${'['.repeat(1000)}"`, false],
    [`"\\\\"${'['.repeat(1000)}`, true],
  ])('of %.20s… too deep: %s', (json, expected) => {
    expect(isNestedTooDeep(bytes(json))).toBe(expected);
  });

  it('is looked at before parsing, in linear time', () => {
    const begun = performance.now();
    expect(() => parseJson(Buffer.alloc(16_000_000, '['))).toThrow(
      'levels deep',
    );
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

it('says where JSON is broken, but not what it says', () => {
  expect(() => parseJson(bytes('{"password": hunter2}'))).toThrow(
    /^The body is not valid JSON(, at character \d+)?$/,
  );
  expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow('not UTF-8');
});

it('stops at a hundred faults', () => {
  const json = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [`x${index}`, 1]),
  );
  expect(diagnoseJson(book, json)).toMatchObject({
    faults: { length: 100 },
    sound: undefined,
  });
});

it('finds a fault wherever decoding fails', () => {
  expect(diagnoseJson(book, { title: 'a', ['tit\u006ce2']: 1 }).faults).toEqual(
    [
      {
        field: 'title2',
        rule: 'UNKNOWN_FIELD',
        message: 'is not a known field',
      },
    ],
  );
  expect(
    diagnoseJson(book, { loan_period: '1s', loanPeriod: '1s' }).faults,
  ).toEqual([
    {
      field: 'loanPeriod',
      rule: 'SET_TWICE',
      message: "can't be given together with loanPeriod",
    },
  ]);
});

describe('texts that can not be stored', () => {
  it.each([
    [{ title: 'a\0' }, ['title']],
    [{ title: '\ud83d' }, ['title']],
    [{ title: '🙂' }, []],
    [{ tags: ['ok', '\udc00'] }, ['tags[1]']],
    [{ labels: { a: '\0' } }, ['labels.a']],
    [{ notes: { deep: [{ x: '\0' }] } }, ['notes.deep[0].x']],
    [
      {
        medium: {
          case: 'audio' as const,
          value: { chapters: [{ title: '\0' }] },
        },
      },
      ['audio.chapters[0].title'],
    ],
    [{ checksum: new Uint8Array([0]) }, []],
  ])('%j', (init, expected) => {
    expect(
      findUnstorableText(create(BookSchema, init as never)).map(
        ({ field }) => field,
      ),
    ).toEqual(expected);
  });
});

it('runs patterns in linear time', () => {
  const validator = new MessageValidator();
  const begun = performance.now();
  expect(() =>
    validator.check(
      book,
      create(BookSchema, { title: 't', isbn: '1'.repeat(100_000) }),
    ),
  ).toThrow('isbn');
  expect(performance.now() - begun).toBeLessThan(1000);
});

describe('all faults of JSON at once', () => {
  const validator = new MessageValidator();
  const faultsOf = (json: unknown, desc = book) => {
    try {
      decodeJson(desc, json, validator);
      return [];
    } catch (error) {
      return (error as ApiError).fields.map(
        ({ field, rule }) => `${field} ${rule}`,
      );
    }
  };

  it.each<[string, unknown, string[]]>([
    [
      'of type and of constraint',
      { title: '', pages: 'many', copies: -1, nope: 1 },
      [
        'pages WRONG_TYPE',
        'nope UNKNOWN_FIELD',
        'title STRING_MIN_LEN',
        'copies INT64_GTE',
      ],
    ],
    [
      'inside lists, at their own places',
      {
        title: 't',
        tags: [1, '', 'x'.repeat(31)],
        authors: [null, { familyName: '' }, { familyName: 5 }],
      },
      [
        'tags[0] WRONG_TYPE',
        'authors[0] WRONG_TYPE',
        'authors[2].familyName WRONG_TYPE',
        'tags[1] STRING_MIN_LEN',
        'tags[2] STRING_MAX_LEN',
        'authors[1].familyName STRING_MIN_LEN',
      ],
    ],
    [
      'inside maps',
      { title: 't', labels: { a: 1, BAD: 'x', ['__proto__']: 2 } },
      [
        'labels["a"] WRONG_TYPE',
        'labels["__proto__"] WRONG_TYPE',
        'labels["BAD"] STRING_PATTERN',
      ],
    ],
    [
      'and how many there are',
      { title: 't', tags: [5, ...'abcdefghijk'] },
      ['tags[0] WRONG_TYPE', 'tags REPEATED_MAX_ITEMS'],
    ],
    [
      'but none that only what was left out makes',
      { title: 7, tags: [1, 2], pages: 'x', audio: {}, medium: 1 },
      [
        'title WRONG_TYPE',
        'tags[0] WRONG_TYPE',
        'tags[1] WRONG_TYPE',
        'pages WRONG_TYPE',
        'medium UNKNOWN_FIELD',
      ],
    ],
    [
      'of texts that no database takes',
      { title: 'a\0', pages: -1, lent: 'yes' },
      ['lent WRONG_TYPE', 'title TEXT_INVALID', 'pages INT32_GTE_LTE'],
    ],
  ])('%s', (_, json, expected) => {
    expect(faultsOf(JSON.parse(JSON.stringify(json)))).toEqual(expected);
  });

  it('names what is required and what is misspelt', () => {
    expect(
      faultsOf({ parnt: 'shelves/a' }, library.method.createBook!.input),
    ).toEqual(['parnt UNKNOWN_FIELD', 'parent REQUIRED', 'book REQUIRED']);
    expect(
      faultsOf({ parent: 1, book: [] }, library.method.createBook!.input),
    ).toEqual(['parent WRONG_TYPE', 'book WRONG_TYPE']);
  });

  it('keeps what is at fault elsewhere', () => {
    fc.assert(
      fc.property(arbitraryJson(book), fc.nat(), (json, pick) => {
        const names = Object.keys(json);
        const name = names[pick % Math.max(1, names.length)];
        if (name === undefined) {
          return;
        }
        // Of no type that JSON has.
        const broken = { ...json, [name]: Symbol.iterator };
        const { [name]: _, ...rest } = json;
        const elsewhere = faultsOf(rest).filter(
          fault => !fault.startsWith(' ') && !fault.startsWith(`${name} `),
        );
        expect(faultsOf(broken)).toEqual(
          expect.arrayContaining([`${name} WRONG_TYPE`, ...elsewhere]),
        );
      }),
      { numRuns: 200 },
    );
  });
});
