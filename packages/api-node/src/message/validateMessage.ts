import { hasOption, type DescMessage, type Message } from '@bufbuild/protobuf';
import { createValidator, type Validator } from '@bufbuild/protovalidate';
import type { FieldViolation } from '@callboard/api-client';
import { RE2JS } from 're2js';
import {
  field as fieldRules,
  message as messageRules,
  oneof as oneofRules,
} from '../gen/buf/validate/validate_pb';
import { formatPath } from './fieldPath';
import { invalidRequest } from './invalidRequest';
import { findUnstorableText } from './unstorableText';

/**
 * Checks messages against the constraints in their definition
 * (https://protovalidate.com).
 */
export class MessageValidator {
  readonly #validator: Validator = createValidator({
    // Patterns run in linear time, whatever the text: RE2, not backtracking.
    regexMatch: createPatternMatcher(),
  });
  readonly #constrained = new Map<DescMessage, boolean>();

  /**
   * @throws ApiError naming every field at fault
   * @throws Error when a constraint itself is wrong
   */
  check(desc: DescMessage, message: Message): void {
    const faults = this.faultsOf(desc, message);
    if (faults.length > 0) {
      throw invalidRequest(faults);
    }
  }

  /** @throws Error when a constraint itself is wrong */
  faultsOf(desc: DescMessage, message: Message): readonly FieldViolation[] {
    const unstorable = findUnstorableText(message);
    if (!this.#isConstrained(desc)) {
      return unstorable;
    }
    const result = this.#validator.validate(desc, message);
    if (result.kind === 'error') {
      throw result.error;
    }
    if (result.kind === 'valid') {
      return unstorable;
    }
    return [
      ...unstorable,
      ...result.violations.map(({ field, ruleId, message: text }) => ({
        field: formatPath(field),
        rule: ruleNameOf(ruleId),
        message: text,
      })),
    ];
  }

  /** Whether a message, or one inside it, has any constraint. */
  #isConstrained(desc: DescMessage): boolean {
    let known = this.#constrained.get(desc);
    if (known === undefined) {
      known = hasConstraints(desc, new Set());
      this.#constrained.set(desc, known);
    }
    return known;
  }
}

function hasConstraints(desc: DescMessage, seen: Set<DescMessage>): boolean {
  if (seen.has(desc)) {
    return false;
  }
  seen.add(desc);
  return (
    hasOption(desc, messageRules) ||
    desc.oneofs.some(oneof => hasOption(oneof, oneofRules)) ||
    desc.fields.some(
      field =>
        hasOption(field, fieldRules) ||
        (field.message !== undefined && hasConstraints(field.message, seen)),
    )
  );
}

/** `string.min_len` as `STRING_MIN_LEN` (https://google.aip.dev/193). */
function ruleNameOf(ruleId: string): string {
  return ruleId.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();
}

function createPatternMatcher(): (pattern: string, text: string) => boolean {
  const compiled = new Map<string, RE2JS>();
  return (pattern, text) => {
    let regex = compiled.get(pattern);
    if (!regex) {
      regex = RE2JS.compile(pattern);
      compiled.set(pattern, regex);
    }
    return regex.matcher(text).find();
  };
}
