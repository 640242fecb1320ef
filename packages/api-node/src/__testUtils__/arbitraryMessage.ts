import {
  ScalarType,
  type DescField,
  type DescMessage,
} from '@bufbuild/protobuf';
import fc from 'fast-check';

type JsonArbitrary = fc.Arbitrary<unknown>;

/** Characters that mean something to URLs, JSON or templates, and others. */
export const text = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'abcXYZ019-_.~ /:%+&=?#{}*"\\\'<>;,@!$()[]|^`'),
    fc.constantFrom('ä', '€', 'ß', '日', '🙂', 'e\u0301', '\u200b'),
  ),
  maxLength: 12,
});

const integer = (bits: number, signed: boolean): JsonArbitrary =>
  signed
    ? fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 })
    : fc.integer({ min: 0, max: 2 ** bits - 1 });
const integer64 = (min: bigint, max: bigint): JsonArbitrary =>
  fc.bigInt({ min, max }).map(String);
const signed64 = integer64(-(2n ** 63n), 2n ** 63n - 1n);
const unsigned64 = integer64(0n, 2n ** 64n - 1n);
const double = fc.oneof(
  fc
    .double({ noDefaultInfinity: true, noNaN: true })
    .filter(value => !Object.is(value, -0)),
  fc.constantFrom('Infinity', '-Infinity', 'NaN'),
);
const float = fc
  .float({ noDefaultInfinity: true, noNaN: true })
  .filter(value => !Object.is(value, -0));
const base64 = fc
  .uint8Array({ maxLength: 9 })
  .map(bytes => Buffer.from(bytes).toString('base64'));
const time = fc
  .date({
    min: new Date('0001-01-01'),
    max: new Date('9999-12-31'),
    noInvalidDate: true,
  })
  .map(date => date.toISOString());
const duration = fc
  .tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 999 }))
  .map(([seconds, ms]) => `${seconds}.${`${ms}`.padStart(3, '0')}s`);

const SCALARS: Record<ScalarType, JsonArbitrary> = {
  [ScalarType.DOUBLE]: double,
  [ScalarType.FLOAT]: float,
  [ScalarType.INT64]: signed64,
  [ScalarType.SINT64]: signed64,
  [ScalarType.SFIXED64]: signed64,
  [ScalarType.UINT64]: unsigned64,
  [ScalarType.FIXED64]: unsigned64,
  [ScalarType.INT32]: integer(32, true),
  [ScalarType.SINT32]: integer(32, true),
  [ScalarType.SFIXED32]: integer(32, true),
  [ScalarType.UINT32]: integer(32, false),
  [ScalarType.FIXED32]: integer(32, false),
  [ScalarType.BOOL]: fc.boolean(),
  [ScalarType.STRING]: text,
  [ScalarType.BYTES]: base64,
};

const WELL_KNOWN: Record<string, JsonArbitrary> = {
  'google.protobuf.Timestamp': time,
  'google.protobuf.Duration': duration,
  'google.protobuf.FieldMask': fc
    .array(fc.constantFrom('title', 'loanPeriod', 'a.bC'), { minLength: 1 })
    .map(paths => paths.join(',')),
  'google.protobuf.Struct': fc.dictionary(text, fc.oneof(text, fc.boolean())),
  'google.protobuf.StringValue': text,
  'google.protobuf.BoolValue': fc.boolean(),
  'google.protobuf.DoubleValue': double,
  'google.protobuf.Int64Value': signed64,
};

/** JSON that decodes as this message; fields are left out at random. */
export function arbitraryJson(
  message: DescMessage,
  depth = 0,
): fc.Arbitrary<Record<string, unknown>> {
  const fields = message.fields.filter(
    field =>
      depth < 3 || !field.message || field.message.typeName in WELL_KNOWN,
  );
  return fc
    .record(
      Object.fromEntries(
        fields.map(field => [field.jsonName, arbitraryField(field, depth)]),
      ),
      { requiredKeys: [] },
    )
    .map(json => withOneOfEach(message, json));
}

function arbitraryField(field: DescField, depth: number): JsonArbitrary {
  const value = arbitraryValue(field, depth);
  switch (field.fieldKind) {
    case 'list':
      return fc.array(value, { minLength: 1, maxLength: 3 });
    case 'map':
      return fc.dictionary(
        text.filter(key => key !== '__proto__'),
        value,
        { maxKeys: 2 },
      );
    default:
      return value;
  }
}

function arbitraryValue(field: DescField, depth: number): JsonArbitrary {
  if (field.message) {
    return (
      WELL_KNOWN[field.message.typeName] ??
      arbitraryJson(field.message, depth + 1)
    );
  }
  if ('enum' in field && field.enum) {
    return fc.constantFrom(...field.enum.values.map(({ name }) => name));
  }
  return SCALARS[
    'scalar' in field && field.scalar ? field.scalar : ScalarType.STRING
  ];
}

/** Keeps the first member given of each oneof. */
function withOneOfEach(
  message: DescMessage,
  json: Record<string, unknown>,
): Record<string, unknown> {
  for (const oneof of message.oneofs) {
    const given = oneof.fields.filter(({ jsonName }) => jsonName in json);
    given.slice(1).forEach(({ jsonName }) => delete json[jsonName]);
  }
  return json;
}
