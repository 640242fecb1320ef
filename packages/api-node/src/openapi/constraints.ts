/**
 * Constraints of the definition (https://protovalidate.com) as JSON Schema has
 * them. What it has no word for is left to the server, which checks all.
 */
import { getOption, hasOption, type DescField } from '@bufbuild/protobuf';
import {
  Ignore,
  field as fieldRules,
  type FieldRules,
} from '../gen/buf/validate/validate_pb';
import type { JsonSchema } from './JsonSchema';

const FORMATS: Record<string, string> = {
  email: 'email',
  hostname: 'hostname',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  uri: 'uri',
  uriRef: 'uri-reference',
  uuid: 'uuid',
};

/** Rules on numbers that JSON writes as numbers. */
const NUMBERS = new Set([
  'double',
  'float',
  'int32',
  'uint32',
  'sint32',
  'fixed32',
  'sfixed32',
]);

export function rulesOf(field: DescField): FieldRules | undefined {
  return hasOption(field, fieldRules)
    ? getOption(field, fieldRules)
    : undefined;
}

/** Whether a request without this field is refused. */
export function isRequired(field: DescField): boolean {
  return rulesOf(field)?.required ?? false;
}

/** A field's schema with what its rules add to it. */
export function withConstraints(
  schema: JsonSchema,
  rules: FieldRules | undefined,
): JsonSchema {
  if (!rules) {
    return schema;
  }
  const constraints = constraintsOf(rules);
  if (Object.keys(constraints).length === 0) {
    return schema;
  }
  if (rules.ignore === Ignore.UNSPECIFIED) {
    return { ...schema, ...constraints };
  }
  // An empty value is as good as none, whatever the rules.
  return rules.type.case === 'string'
    ? { ...schema, anyOf: [{ maxLength: 0 }, constraints] }
    : schema;
}

function constraintsOf(rules: FieldRules): JsonSchema {
  const { case: kind, value } = rules.type;
  switch (kind) {
    case undefined:
      return {};
    case 'string':
      return defined({
        const: own(value, 'const'),
        minLength: number(own(value, 'len') ?? own(value, 'minLen')),
        maxLength: number(own(value, 'len') ?? own(value, 'maxLen')),
        pattern: own(value, 'pattern') ?? affixPattern(value),
        enum: value.in.length > 0 ? value.in : undefined,
        format: value.wellKnown.case && FORMATS[value.wellKnown.case],
      });
    case 'bytes':
      return {};
    case 'enum':
      return {};
    case 'repeated':
      return defined({
        minItems: number(own(value, 'minItems')),
        maxItems: number(own(value, 'maxItems')),
        uniqueItems: own(value, 'unique') || undefined,
      });
    case 'map':
      return defined({
        minProperties: number(own(value, 'minPairs')),
        maxProperties: number(own(value, 'maxPairs')),
      });
    default:
      return NUMBERS.has(kind) ? numberConstraints(value) : {};
  }
}

function numberConstraints(
  rules: NonNullable<FieldRules['type']['value']>,
): JsonSchema {
  const {
    lessThan,
    greaterThan,
    in: choices,
  } = rules as {
    lessThan: { case?: 'lt' | 'lte'; value?: number };
    greaterThan: { case?: 'gt' | 'gte'; value?: number };
    in: number[];
  };
  return defined({
    const: own(rules, 'const' as never),
    exclusiveMaximum: lessThan.case === 'lt' ? lessThan.value : undefined,
    maximum: lessThan.case === 'lte' ? lessThan.value : undefined,
    exclusiveMinimum: greaterThan.case === 'gt' ? greaterThan.value : undefined,
    minimum: greaterThan.case === 'gte' ? greaterThan.value : undefined,
    enum: choices.length > 0 ? choices : undefined,
  });
}

function affixPattern(rules: {
  prefix: string;
  suffix: string;
}): string | undefined {
  const prefix = own(rules, 'prefix');
  const suffix = own(rules, 'suffix');
  return prefix === undefined && suffix === undefined
    ? undefined
    : `${prefix === undefined ? '' : `^${escape(prefix)}`}${
        prefix !== undefined && suffix !== undefined ? '.*' : ''
      }${suffix === undefined ? '' : `${escape(suffix)}$`}`;
}

/** Defaults of these messages are inherited; only what is set counts. */
function own<T extends object, K extends keyof T>(
  rules: T,
  key: K,
): T[K] | undefined {
  return Object.hasOwn(rules, key) ? rules[key] : undefined;
}

function number(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function defined(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(schema).filter(([, value]) => value !== undefined),
  );
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
