/**
 * A request of the API as the input of its command. Both have the same fields
 * with the same names, so that a fault that the command finds has the name that
 * the caller knows; only some values are written differently.
 */
import {
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
  type Message,
} from '@bufbuild/protobuf';
import { reflect, type ReflectMessage } from '@bufbuild/protobuf/reflect';
import {
  FeatureSet_FieldPresence,
  TimestampSchema,
  timestampDate,
  type Timestamp,
} from '@bufbuild/protobuf/wkt';
import {
  PolicySettingsSchema,
  RoleConditionSchema,
  type PolicySettings,
  type RoleCondition,
} from '@callboard/plugin-iam-common/api';

type Input = Record<string, unknown>;

/**
 * @returns its fields without those that were left out: empty texts, choices
 * that were not made, and the version that was not given
 */
export function toCommandInput(desc: DescMessage, message: Message): Input {
  return inputOf(reflect(desc, message));
}

/** `USER_STATUS_LOCKED` as `locked`; undefined when nothing was chosen. */
export function choiceOf(desc: DescEnum, value: number): string | undefined {
  const name = value === 0 ? undefined : desc.value[value]?.name;
  return name?.slice(desc.sharedPrefix?.length ?? 0).toLowerCase();
}

/** The other way round; 0 for what the API has no name for. */
export function choiceNumber(desc: DescEnum, value: string | null): number {
  const name = value?.toUpperCase().replaceAll('-', '_');
  const prefix = desc.sharedPrefix?.toUpperCase() ?? '';
  return (
    desc.values.find(each => each.name === `${prefix}${name}`)?.number ?? 0
  );
}

function inputOf(message: ReflectMessage): Input {
  const input: Input = {};
  for (const field of message.fields) {
    if (isLeftOut(message, field)) {
      continue;
    }
    const value = message.get(field);
    const given =
      field.fieldKind === 'list'
        ? [...message.get(field)].map(item => valueOf(field, item))
        : valueOf(field, value);
    input[field.localName] = given;
  }
  return input;
}

function isLeftOut(message: ReflectMessage, field: DescField): boolean {
  if (field.fieldKind === 'list') {
    return false;
  }
  const isTruthValue =
    field.fieldKind === 'scalar' && field.scalar === ScalarType.BOOL;
  const isCount =
    field.fieldKind === 'scalar' &&
    field.scalar === ScalarType.INT32 &&
    field.localName !== 'version';
  // Without presence of their own, these say something when they are zero.
  const speaksWhenZero =
    (isTruthValue || isCount) &&
    field.presence === FeatureSet_FieldPresence.IMPLICIT;
  return !speaksWhenZero && !message.isSet(field);
}

function valueOf(field: DescField, value: unknown): unknown {
  if (field.message) {
    return messageValue(value as ReflectMessage);
  }
  if ('enum' in field && field.enum) {
    return choiceOf(field.enum, value as number);
  }
  return typeof value === 'bigint' ? Number(value) : value;
}

function messageValue(value: ReflectMessage): unknown {
  switch (value.desc.typeName) {
    case TimestampSchema.typeName:
      return timestampDate(value.message as Timestamp).toISOString();
    case RoleConditionSchema.typeName:
      return conditionInput(value.message as RoleCondition);
    case PolicySettingsSchema.typeName:
      return settingsInput(value.message as PolicySettings);
    default:
      return inputOf(value);
  }
}

function conditionInput({ condition }: RoleCondition): Input {
  switch (condition.case) {
    case 'tagged':
      return { kind: 'tagged', tags: condition.value.words };
    case 'kind':
      return { kind: 'kind', kinds: condition.value.words };
    default:
      return { kind: condition.case };
  }
}

/** The settings alone; which policy they are of is told beside them. */
function settingsInput(settings: PolicySettings): unknown {
  const member = PolicySettingsSchema.fields.find(
    field => field.localName === settings.settings.case,
  );
  return member?.message && settings.settings.value
    ? toCommandInput(member.message, settings.settings.value)
    : undefined;
}

/** `password_complexity`, as the domain calls the policy that settings are of. */
export function policyOfSettings(
  settings: PolicySettings | undefined,
): string | undefined {
  return PolicySettingsSchema.fields.find(
    field => field.localName === settings?.settings.case,
  )?.name;
}
