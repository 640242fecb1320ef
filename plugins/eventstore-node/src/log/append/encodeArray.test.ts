import fc from 'fast-check';
import {
  createEmptyDatabase,
  type TestDatabase,
} from '../../__testUtils__/testDatabase';
import {
  int2Array,
  int4Array,
  int8Array,
  textArray,
  uuidArray,
} from './encodeArray';

jest.setTimeout(60_000);

describe('binary arrays', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createEmptyDatabase();
  });

  afterAll(async () => {
    await database?.destroy();
  });

  /** What the database understood, as JSON. */
  async function understood(type: string, array: Buffer): Promise<unknown> {
    const { rows } = await database.knex.raw(
      `select to_json(?::${type}[]) as value`,
      [array],
    );
    return rows[0].value;
  }

  const text = fc
    .string({ unit: 'binary' })
    .filter(value => !/[\p{Surrogate}\0]/u.test(value));

  it.each([
    ['text', textArray, fc.array(fc.option(text))],
    ['smallint', int2Array, fc.array(fc.integer({ min: -32768, max: 32767 }))],
    ['int', int4Array, fc.array(fc.integer())],
    ['bigint', int8Array, fc.array(fc.maxSafeInteger())],
    ['uuid', uuidArray, fc.array(fc.uuid())],
  ])('%s[] arrives as it was', async (type, encode, arrays) => {
    await fc.assert(
      fc.asyncProperty(arrays as fc.Arbitrary<never[]>, async values => {
        expect(await understood(type, encode(values as never))).toEqual(values);
      }),
      { numRuns: 100 },
    );
  });
});
