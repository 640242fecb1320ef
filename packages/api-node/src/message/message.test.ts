/** JSON and its limits, and texts that can't be stored. */
import { create } from '@bufbuild/protobuf';
import { BookSchema } from '../__fixtures__/library/gen/callboard/library/v1/library_pb';
import { library } from '../__testUtils__/definitions';
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
  expect(diagnoseJson(book, json)).toHaveLength(100);
});

it('finds a fault wherever decoding fails', () => {
  expect(diagnoseJson(book, { title: 'a', ['tit\u006ce2']: 1 })).toEqual([
    { field: 'title2', rule: 'UNKNOWN_FIELD', message: 'is not a known field' },
  ]);
  expect(diagnoseJson(book, { loan_period: '1s', loanPeriod: '1s' })).toEqual([
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
