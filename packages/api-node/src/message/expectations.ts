/**
 * What JSON may stand for a field: in words, for errors, and as a value that
 * fits wherever one is needed.
 */
import {
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonValue,
} from '@bufbuild/protobuf';

export interface Expectation {
  /** As in `must be <what>`. */
  readonly what: string;
  /** A value that can be decoded. */
  readonly placeholder: JsonValue;
}

/** Messages that JSON writes in a way of its own, and how. */
const WELL_KNOWN: Record<string, Expectation> = {
  'google.protobuf.Timestamp': {
    what: 'a time like 2026-01-31T12:00:00Z',
    placeholder: '1970-01-01T00:00:00Z',
  },
  'google.protobuf.Duration': {
    what: 'a duration in seconds like 1.5s',
    placeholder: '0s',
  },
  'google.protobuf.FieldMask': {
    what: 'field paths with commas between them',
    placeholder: '',
  },
  'google.protobuf.Struct': { what: 'an object', placeholder: {} },
  'google.protobuf.ListValue': { what: 'a list', placeholder: [] },
  'google.protobuf.Value': { what: 'a JSON value', placeholder: null },
  'google.protobuf.Any': {
    what: 'an object with a known @type',
    placeholder: {},
  },
  'google.protobuf.BoolValue': { what: 'true or false', placeholder: false },
  'google.protobuf.StringValue': { what: 'a text', placeholder: '' },
  'google.protobuf.BytesValue': { what: 'base64', placeholder: '' },
  'google.protobuf.DoubleValue': { what: 'a number', placeholder: 0 },
  'google.protobuf.FloatValue': { what: 'a number', placeholder: 0 },
  'google.protobuf.Int32Value': {
    what: 'a whole number of 32 bits',
    placeholder: 0,
  },
  'google.protobuf.UInt32Value': {
    what: 'a whole number of 32 bits, not negative',
    placeholder: 0,
  },
  'google.protobuf.Int64Value': {
    what: 'a whole number of 64 bits',
    placeholder: 0,
  },
  'google.protobuf.UInt64Value': {
    what: 'a whole number of 64 bits, not negative',
    placeholder: 0,
  },
};

const OF_32_BITS: Expectation = {
  what: 'a whole number from -2147483648 to 2147483647',
  placeholder: 0,
};
const OF_32_BITS_UNSIGNED: Expectation = {
  what: 'a whole number from 0 to 4294967295',
  placeholder: 0,
};
const OF_64_BITS: Expectation = {
  what: 'a whole number from -9223372036854775808 to 9223372036854775807',
  placeholder: 0,
};
const OF_64_BITS_UNSIGNED: Expectation = {
  what: 'a whole number from 0 to 18446744073709551615',
  placeholder: 0,
};
const NUMBER: Expectation = { what: 'a number', placeholder: 0 };

const SCALARS: Record<ScalarType, Expectation> = {
  [ScalarType.BOOL]: { what: 'true or false', placeholder: false },
  [ScalarType.STRING]: { what: 'a text', placeholder: '' },
  [ScalarType.BYTES]: { what: 'base64', placeholder: '' },
  [ScalarType.DOUBLE]: NUMBER,
  [ScalarType.FLOAT]: NUMBER,
  [ScalarType.INT32]: OF_32_BITS,
  [ScalarType.SINT32]: OF_32_BITS,
  [ScalarType.SFIXED32]: OF_32_BITS,
  [ScalarType.UINT32]: OF_32_BITS_UNSIGNED,
  [ScalarType.FIXED32]: OF_32_BITS_UNSIGNED,
  [ScalarType.INT64]: OF_64_BITS,
  [ScalarType.SINT64]: OF_64_BITS,
  [ScalarType.SFIXED64]: OF_64_BITS,
  [ScalarType.UINT64]: OF_64_BITS_UNSIGNED,
  [ScalarType.FIXED64]: OF_64_BITS_UNSIGNED,
};

/** undefined for messages that JSON writes as an object of their fields. */
export function expectationOfWellKnown(
  message: DescMessage,
): Expectation | undefined {
  return WELL_KNOWN[message.typeName];
}

/** Of one value of a field: of a list or a map, one of its values. */
export function expectationOf(field: DescField): Expectation {
  if (field.message) {
    return (
      expectationOfWellKnown(field.message) ?? {
        what: 'an object',
        placeholder: {},
      }
    );
  }
  if ('enum' in field && field.enum) {
    return {
      what: `one of ${namesOf(field.enum)}`,
      placeholder: field.enum.values[0]!.name,
    };
  }
  return SCALARS[
    'scalar' in field && field.scalar ? field.scalar : ScalarType.STRING
  ];
}

function namesOf(choice: DescEnum): string {
  return choice.values.map(value => value.name).join(', ');
}
