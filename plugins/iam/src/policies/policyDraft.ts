/** What somebody decides about a policy, while it is written. Pure. */
import { fromJson, toJson, type JsonObject } from '@bufbuild/protobuf';
import { checkInput, policySettings } from '@callboard/plugin-iam-common';
import {
  PolicySettingsSchema,
  type PolicySettings,
} from '@callboard/plugin-iam-common/api';
import type { PolicyField, PolicyKindInfo } from './policyKinds';

export type Palette = Readonly<Record<string, string>>;
export type FieldValue =
  | number
  | boolean
  | string
  | readonly string[]
  | Palette;
/** By name of the field. */
export type PolicyDraft = Readonly<Record<string, FieldValue | undefined>>;

/** What is not decided by a form, such as uploaded images, stays as it was. */
export function draftOf(
  { case: name, fields }: PolicyKindInfo,
  settings: PolicySettings | undefined,
): PolicyDraft {
  const json = settings
    ? (toJson(PolicySettingsSchema, settings, {
        alwaysEmitImplicit: true,
      }) as JsonObject)
    : {};
  const values = (json[name] ?? {}) as PolicyDraft;
  return {
    ...values,
    ...Object.fromEntries(
      fields.map(field => [field.name, values[field.name] ?? emptyOf(field)]),
    ),
  };
}

function emptyOf({ type }: PolicyField): FieldValue {
  switch (type) {
    case 'number':
      return 0;
    case 'switch':
      return false;
    case 'choices':
      return [];
    case 'palette':
      return {};
    default:
      return '';
  }
}

/** Messages by field; nothing where nothing is wrong. */
export function policyFaults(
  { name, fields }: PolicyKindInfo,
  draft: PolicyDraft,
): Readonly<Record<string, string>> {
  const checked = checkInput(policySettings[name], withoutEmpty(draft));
  if ('data' in checked) {
    return {};
  }
  const faults: Record<string, string> = {};
  for (const { path, message } of checked.faults) {
    const field = String(path[0] ?? fields[0]?.name ?? '');
    // The label stands beside it.
    const words = message.startsWith(path.join('.'))
      ? message.slice(path.join('.').length).trim()
      : message;
    faults[field] ??= words.charAt(0).toLocaleUpperCase('en') + words.slice(1);
  }
  return faults;
}

/** What was left empty is not decided. */
function withoutEmpty(draft: PolicyDraft): PolicyDraft {
  return Object.fromEntries(
    Object.entries(draft).filter(
      ([, value]) => value !== '' && value !== undefined,
    ),
  );
}

export function toSettings(
  { case: name }: PolicyKindInfo,
  draft: PolicyDraft,
): PolicySettings {
  return fromJson(PolicySettingsSchema, {
    [name]: withoutEmpty(draft),
  } as JsonObject);
}

export interface FieldChange {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

/** What another decision changes, field by field, in words. */
export function policyChanges(
  { fields }: PolicyKindInfo,
  before: PolicyDraft,
  after: PolicyDraft,
): FieldChange[] {
  return fields
    .map(field => ({
      label: field.label,
      before: valueInWords(field, before[field.name]),
      after: valueInWords(field, after[field.name]),
    }))
    .filter(change => change.before !== change.after);
}

/** A value as people say it. */
export function valueInWords(
  field: PolicyField,
  value: FieldValue | undefined,
): string {
  switch (field.type) {
    case 'number':
      return field.zero && !value
        ? field.zero
        : `${Number(value ?? 0).toLocaleString('en')} ${field.unit}`;
    case 'switch':
      return value ? 'yes' : 'no';
    case 'choice':
      return labelOf(field.choices, String(value ?? ''));
    case 'choices': {
      const chosen = Array.isArray(value) ? value : [];
      return chosen.length === 0
        ? 'none'
        : new Intl.ListFormat('en').format(
            chosen.map(each => labelOf(field.choices, each)),
          );
    }
    case 'palette':
      return Object.entries((value ?? {}) as Palette)
        .map(([name, colour]) => `${name} ${colour}`)
        .sort()
        .join(', ');
    default:
      return value === '' || value === undefined ? 'none' : String(value);
  }
}

function labelOf(
  choices: readonly (readonly [string, string])[],
  value: string,
): string {
  return choices.find(([each]) => each === value)?.[1] ?? value;
}
