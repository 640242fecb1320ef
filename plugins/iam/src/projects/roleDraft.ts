/**
 * What a role is to carry, as somebody writes it. Pure: what is wrong with it,
 * which known permissions it covers, and what it is for the API.
 */
import type { MessageInitShape } from '@bufbuild/protobuf';
import {
  checkInput,
  matchesPermission,
  permissionPatternSchema,
  roleConditionSchema,
} from '@callboard/plugin-iam-common';
import type {
  RoleCondition,
  RoleConditionSchema,
  RolePermission,
  RolePermissionSchema,
} from '@callboard/plugin-iam-common/api';

export type ConditionKind = 'owned' | 'organization' | 'tagged' | 'kind';

export interface ConditionDraft {
  readonly kind: ConditionKind;
  /** Of `tagged` and `kind`: words, with commas or blanks between them. */
  readonly words: string;
}

export interface EntryDraft {
  /** Tells entries apart while they are written. */
  readonly id: number;
  readonly pattern: string;
  readonly conditions: readonly ConditionDraft[];
}

/** One role carries no more entries. */
export const MAX_ENTRIES = 100;
/** One entry has no more conditions. */
export const MAX_CONDITIONS = 5;

export function hasWords(kind: ConditionKind): boolean {
  return kind === 'tagged' || kind === 'kind';
}

export function draftsOf(
  permissions: readonly RolePermission[],
): readonly EntryDraft[] {
  return permissions.map(({ pattern, conditions }, id) => ({
    id,
    pattern,
    conditions: conditions.flatMap(conditionDraft),
  }));
}

function conditionDraft({ condition }: RoleCondition): ConditionDraft[] {
  switch (condition.case) {
    case 'tagged':
    case 'kind':
      return [
        { kind: condition.case, words: condition.value.words.join(', ') },
      ];
    case undefined:
      return [];
    default:
      return [{ kind: condition.case, words: '' }];
  }
}

export interface EntryFaults {
  readonly pattern?: string;
  /** By place of the condition. */
  readonly conditions: Readonly<Record<number, string>>;
}

/** What is wrong, by place of the entry; nothing is where nothing is wrong. */
export function faultsOf(
  entries: readonly EntryDraft[],
): ReadonlyMap<number, EntryFaults> {
  const faults = new Map<number, EntryFaults>();
  const seen = new Set<string>();
  entries.forEach((entry, at) => {
    const conditions: Record<number, string> = {};
    entry.conditions.forEach((condition, place) => {
      const fault = firstFault(roleConditionSchema, toInput(condition));
      if (fault) {
        conditions[place] = fault;
      }
    });
    const same = JSON.stringify([
      entry.pattern.trim(),
      entry.conditions.map(toInput),
    ]);
    const pattern =
      firstFault(permissionPatternSchema, entry.pattern.trim()) ??
      (seen.has(same) ? 'Is given twice' : undefined);
    seen.add(same);
    if (pattern || Object.keys(conditions).length > 0) {
      faults.set(at, { pattern, conditions });
    }
  });
  return faults;
}

function firstFault(
  schema: Parameters<typeof checkInput>[0],
  value: unknown,
): string | undefined {
  const checked = checkInput(schema, value);
  if ('data' in checked) {
    return undefined;
  }
  const { message, path } = checked.faults[0]!;
  // The field is beside the message.
  const words = path.length > 0 ? message.replace(/^\S+ /, '') : message;
  return words.charAt(0).toLocaleUpperCase('en') + words.slice(1);
}

function toInput({ kind, words }: ConditionDraft): unknown {
  switch (kind) {
    case 'tagged':
      return { kind, tags: wordsIn(words) };
    case 'kind':
      return { kind, kinds: wordsIn(words) };
    default:
      return { kind };
  }
}

export function wordsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter(Boolean))];
}

/** Which of the permissions that are known a pattern covers. */
export function coveredBy(
  pattern: string,
  known: readonly { readonly name: string }[],
): string[] {
  const trimmed = pattern.trim();
  return known
    .map(({ name }) => name)
    .filter(name => matchesPermission(trimmed, name));
}

export function toRolePermissions(
  entries: readonly EntryDraft[],
): MessageInitShape<typeof RolePermissionSchema>[] {
  return entries.map(({ pattern, conditions }) => ({
    pattern: pattern.trim(),
    conditions: conditions.map(toRoleCondition),
  }));
}

function toRoleCondition({
  kind,
  words,
}: ConditionDraft): MessageInitShape<typeof RoleConditionSchema> {
  const value = { words: wordsIn(words) };
  switch (kind) {
    case 'tagged':
      return { condition: { case: 'tagged', value } };
    case 'kind':
      return { condition: { case: 'kind', value } };
    default:
      return { condition: { case: kind, value: {} } };
  }
}
