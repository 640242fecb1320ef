/**
 * Messages as JSON Schema, in the form in which JSON has them
 * (https://protobuf.dev/programming-guides/json/).
 */
import {
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
} from '@bufbuild/protobuf';
import type { FieldRules } from '../gen/buf/validate/validate_pb';
import { commentOf } from './comments';
import { isRequired, rulesOf, withConstraints } from './constraints';
import type { JsonSchema } from './JsonSchema';

const SCALARS: Record<ScalarType, JsonSchema> = {
  [ScalarType.DOUBLE]: { type: 'number', format: 'double' },
  [ScalarType.FLOAT]: { type: 'number', format: 'float' },
  [ScalarType.INT64]: { type: 'string', format: 'int64' },
  [ScalarType.SINT64]: { type: 'string', format: 'int64' },
  [ScalarType.SFIXED64]: { type: 'string', format: 'int64' },
  [ScalarType.UINT64]: { type: 'string', format: 'uint64' },
  [ScalarType.FIXED64]: { type: 'string', format: 'uint64' },
  [ScalarType.INT32]: { type: 'integer', format: 'int32' },
  [ScalarType.SINT32]: { type: 'integer', format: 'int32' },
  [ScalarType.SFIXED32]: { type: 'integer', format: 'int32' },
  [ScalarType.UINT32]: { type: 'integer', format: 'uint32' },
  [ScalarType.FIXED32]: { type: 'integer', format: 'uint32' },
  [ScalarType.BOOL]: { type: 'boolean' },
  [ScalarType.STRING]: { type: 'string' },
  [ScalarType.BYTES]: { type: 'string', contentEncoding: 'base64' },
};

const WELL_KNOWN: Record<string, JsonSchema> = {
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.Duration': {
    type: 'string',
    pattern: '^-?[0-9]+(\\.[0-9]{1,9})?s$',
    examples: ['1.5s'],
  },
  'google.protobuf.FieldMask': {
    type: 'string',
    description: 'Field paths with commas between them.',
  },
  'google.protobuf.Empty': { type: 'object' },
  'google.protobuf.Struct': { type: 'object', additionalProperties: true },
  'google.protobuf.ListValue': { type: 'array', items: {} },
  'google.protobuf.Value': {},
  'google.protobuf.Any': {
    type: 'object',
    properties: { '@type': { type: 'string' } },
    additionalProperties: true,
  },
  'google.protobuf.DoubleValue': { type: ['number', 'null'] },
  'google.protobuf.FloatValue': { type: ['number', 'null'] },
  'google.protobuf.Int64Value': { type: ['string', 'null'], format: 'int64' },
  'google.protobuf.UInt64Value': { type: ['string', 'null'], format: 'uint64' },
  'google.protobuf.Int32Value': { type: ['integer', 'null'] },
  'google.protobuf.UInt32Value': { type: ['integer', 'null'], minimum: 0 },
  'google.protobuf.BoolValue': { type: ['boolean', 'null'] },
  'google.protobuf.StringValue': { type: ['string', 'null'] },
  'google.protobuf.BytesValue': {
    type: ['string', 'null'],
    contentEncoding: 'base64',
  },
};

/** Collects the schemas that others refer to. */
export class SchemaCollection {
  readonly #schemas = new Map<string, JsonSchema>();

  /** For `components.schemas`, by name. */
  toJSON(): Record<string, JsonSchema> {
    return Object.fromEntries(
      [...this.#schemas].sort(([a], [b]) => a.localeCompare(b)),
    );
  }

  /** A message: written out where it is well known, else a reference. */
  message(desc: DescMessage): JsonSchema {
    const wellKnown = WELL_KNOWN[desc.typeName];
    if (wellKnown) {
      return wellKnown;
    }
    this.#add(desc.typeName, () => this.object(desc, desc.fields));
    return { $ref: `#/components/schemas/${desc.typeName}` };
  }

  /** An object of some of a message's fields. */
  object(desc: DescMessage, fields: readonly DescField[]): JsonSchema {
    const required = fields.filter(isRequired).map(field => field.jsonName);
    const choices = desc.oneofs
      .map(oneof => oneof.fields.map(field => field.jsonName))
      .map(names => `At most one of ${names.join(', ')} is set.`);
    const description = [commentOf(desc), ...choices]
      .filter(part => part !== '')
      .join('\n\n');
    return {
      type: 'object',
      ...(description ? { description } : {}),
      properties: Object.fromEntries(
        fields.map(field => [field.jsonName, this.field(field)]),
      ),
      ...(required.length > 0 ? { required } : {}),
    };
  }

  field(field: DescField): JsonSchema {
    const schema = this.#valueOf(field);
    const description = commentOf(field);
    return {
      ...schema,
      ...(description ? { description } : {}),
      ...(field.deprecated ? { deprecated: true } : {}),
    };
  }

  #valueOf(field: DescField): JsonSchema {
    const rules = rulesOf(field);
    switch (field.fieldKind) {
      case 'list': {
        const itemRules =
          rules?.type.case === 'repeated' ? rules.type.value.items : undefined;
        return withConstraints(
          { type: 'array', items: this.#single(field, itemRules) },
          rules,
        );
      }
      case 'map': {
        const map = rules?.type.case === 'map' ? rules.type.value : undefined;
        const names = withConstraints({}, map?.keys);
        return withConstraints(
          {
            type: 'object',
            additionalProperties: this.#single(field, map?.values),
            ...(Object.keys(names).length > 0 ? { propertyNames: names } : {}),
          },
          rules,
        );
      }
      default:
        return this.#single(field, rules);
    }
  }

  /** One value of a field: its only one, or an item of it. */
  #single(field: DescField, rules: FieldRules | undefined): JsonSchema {
    if (field.message) {
      return this.message(field.message);
    }
    if ('enum' in field && field.enum) {
      return this.#enumOf(field.enum);
    }
    return withConstraints(
      SCALARS[
        'scalar' in field && field.scalar ? field.scalar : ScalarType.STRING
      ],
      rules,
    );
  }

  #enumOf(desc: DescEnum): JsonSchema {
    this.#add(desc.typeName, () => {
      const description = commentOf(desc);
      return {
        type: 'string',
        enum: desc.values.map(value => value.name),
        ...(description ? { description } : {}),
      };
    });
    return { $ref: `#/components/schemas/${desc.typeName}` };
  }

  #add(name: string, make: () => JsonSchema): void {
    if (!this.#schemas.has(name)) {
      // Set first: messages may contain themselves.
      this.#schemas.set(name, {});
      this.#schemas.set(name, make());
    }
  }
}
