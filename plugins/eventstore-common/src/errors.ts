/**
 * What kind of failure an error is, independent of transport.
 *
 * @public
 */
export type EventStoreErrorKind =
  | 'invalid_argument'
  | 'permission_denied'
  | 'not_found'
  | 'conflict'
  | 'failed_precondition'
  | 'too_large'
  | 'busy'
  | 'unavailable'
  | 'internal';

const statusOfKind: Record<EventStoreErrorKind, number> = {
  invalid_argument: 400,
  permission_denied: 403,
  not_found: 404,
  conflict: 409,
  failed_precondition: 422,
  too_large: 413,
  busy: 429,
  unavailable: 503,
  internal: 500,
};

/**
 * The parent of every error the event store throws.
 *
 * @remarks
 * `code` is stable and may be matched on; `message` is for people and may
 * change. `status` is the HTTP status of `kind` (Backstage's error middleware
 * reads it). `retryable` says whether the same call can succeed later without
 * being changed.
 *
 * @public
 */
export abstract class EventStoreError extends Error {
  abstract readonly code: string;
  abstract readonly kind: EventStoreErrorKind;
  /** The same call may succeed later, unchanged. */
  readonly retryable: boolean = false;
  /** The path of the field at fault, e.g. `events.0.payload.name`. */
  readonly field?: string;

  constructor(message: string, options?: { cause?: unknown; field?: string }) {
    super(message, options && 'cause' in options ? options : undefined);
    this.field = options?.field;
    this.name = new.target.name;
  }

  get status(): number {
    return statusOfKind[this.kind];
  }

  /** The facts beside code and message, as plain data. */
  get details(): Record<string, unknown> {
    return {};
  }

  toJSON() {
    return {
      name: this.name,
      code: this.code,
      kind: this.kind,
      message: this.message,
      retryable: this.retryable,
      ...(this.field === undefined ? {} : { field: this.field }),
      ...this.details,
    };
  }
}

/**
 * An argument has the wrong type, format or range. `field` names it.
 *
 * @public
 */
export class BadArgumentError extends EventStoreError {
  readonly code = 'eventstore.bad_argument';
  readonly kind = 'invalid_argument';
  declare readonly field: string;

  constructor(field: string, message: string, options?: { cause?: unknown }) {
    super(`${field}: ${message}`, { ...options, field });
  }
}

/**
 * An event's payload does not fit its schema. `field` is the path into the
 * payload, `issues` has every fault.
 *
 * @public
 */
export class PayloadInvalidError extends EventStoreError {
  readonly code = 'eventstore.payload_invalid';
  readonly kind = 'invalid_argument';
  readonly eventType: string;
  readonly issues: readonly { path: string; message: string }[];

  constructor(
    eventType: string,
    issues: readonly { path: string; message: string }[],
  ) {
    const first = issues[0];
    super(
      `The payload of ${eventType} is invalid${
        first ? ` at ${first.path || '(root)'}: ${first.message}` : ''
      }`,
      { field: first?.path },
    );
    this.eventType = eventType;
    this.issues = issues;
  }

  get details() {
    return { eventType: this.eventType, issues: this.issues };
  }
}

/**
 * No definition is registered for this event type, aggregate type or revision.
 *
 * @public
 */
export class UnknownTypeError extends EventStoreError {
  readonly code = 'eventstore.unknown_type';
  readonly kind = 'invalid_argument';
  readonly type: string;

  constructor(type: string, message?: string, field?: string) {
    super(message ?? `Nothing is registered as '${type}'`, { field });
    this.type = type;
  }

  get details() {
    return { type: this.type };
  }
}

/**
 * A payload, an append or a filter is over its limit.
 *
 * @public
 */
export class TooLargeError extends EventStoreError {
  readonly code = 'eventstore.too_large';
  readonly kind = 'too_large';
  readonly limit: number;
  readonly actual: number;

  constructor(
    field: string,
    options: { limit: number; actual: number; unit: string },
  ) {
    super(
      `${field} has ${options.actual} ${options.unit}; at most ${options.limit} are allowed`,
      { field },
    );
    this.limit = options.limit;
    this.actual = options.actual;
  }

  get details() {
    return { limit: this.limit, actual: this.actual };
  }
}

/**
 * The aggregate is not at the version the caller decided on. Load it and
 * decide again; sending the same append again cannot succeed.
 *
 * @public
 */
export class WrongVersionError extends EventStoreError {
  readonly code = 'eventstore.wrong_version';
  readonly kind = 'conflict';
  readonly aggregateId: string;
  readonly expected: number;
  readonly actual: number;

  constructor(aggregateId: string, expected: number, actual: number) {
    super(
      `${aggregateId} is at version ${actual}, but the decision was made on version ${expected}`,
    );
    this.aggregateId = aggregateId;
    this.expected = expected;
    this.actual = actual;
  }

  get details() {
    return {
      aggregateId: this.aggregateId,
      expected: this.expected,
      actual: this.actual,
    };
  }
}

/**
 * The aggregate belongs to another instance (virtual tenant) than the append.
 *
 * @remarks
 * The owning instance is not named: the caller may not be allowed to know it.
 *
 * @public
 */
export class WrongInstanceError extends EventStoreError {
  readonly code = 'eventstore.wrong_instance';
  readonly kind = 'not_found';
  readonly aggregateId: string;

  constructor(aggregateId: string) {
    super(`${aggregateId} does not exist in this instance`);
    this.aggregateId = aggregateId;
  }

  get details() {
    return { aggregateId: this.aggregateId };
  }
}

/**
 * A unique value (login name, slug) is taken: which, and by which aggregate.
 *
 * @public
 */
export class ClaimTakenError extends EventStoreError {
  readonly code = 'eventstore.claim_taken';
  readonly kind = 'conflict';
  readonly claimKind: string;
  readonly value: string;
  /** The aggregate that holds it. */
  readonly owner: string;

  constructor(options: { kind: string; value: string; owner: string }) {
    super(`${options.kind} '${options.value}' is already taken`);
    this.claimKind = options.kind;
    this.value = options.value;
    this.owner = options.owner;
  }

  get details() {
    return { claimKind: this.claimKind, value: this.value, owner: this.owner };
  }
}

/**
 * A claim to be released or moved is not held by the aggregate that asked.
 * `owner` is undefined when nobody holds it.
 *
 * @public
 */
export class ClaimNotHeldError extends EventStoreError {
  readonly code = 'eventstore.claim_not_held';
  readonly kind = 'conflict';
  readonly claimKind: string;
  readonly value: string;
  readonly owner?: string;

  constructor(options: { kind: string; value: string; owner?: string }) {
    super(`${options.kind} '${options.value}' is not held by this aggregate`);
    this.claimKind = options.kind;
    this.value = options.value;
    this.owner = options.owner;
  }

  get details() {
    return { claimKind: this.claimKind, value: this.value, owner: this.owner };
  }
}

/**
 * An event id in the append is already stored for another append. The same
 * append repeated with the same ids is not this error: it succeeds.
 *
 * @public
 */
export class EventIdTakenError extends EventStoreError {
  readonly code = 'eventstore.event_id_taken';
  readonly kind = 'conflict';
  readonly eventId: string;

  constructor(eventId: string) {
    super(`Event id ${eventId} is already in the log with another append`);
    this.eventId = eventId;
  }

  get details() {
    return { eventId: this.eventId };
  }
}

/**
 * Personal data of an erased subject cannot be stored any more.
 *
 * @public
 */
export class SubjectErasedError extends EventStoreError {
  readonly code = 'eventstore.subject_erased';
  readonly kind = 'failed_precondition';
  readonly subject: string;

  constructor(subject: string) {
    super(`${subject} has been erased; personal data of it cannot be stored`);
    this.subject = subject;
  }

  get details() {
    return { subject: this.subject };
  }
}

/**
 * There is no master key, or none with this id, so that personal data can
 * neither be stored nor read. The message names the setting.
 *
 * @public
 */
export class MasterKeyMissingError extends EventStoreError {
  readonly code = 'eventstore.master_key_missing';
  readonly kind = 'unavailable';
}

/**
 * A command id was used before for a different command.
 *
 * @public
 */
export class CommandIdReusedError extends EventStoreError {
  readonly code = 'eventstore.command_id_reused';
  readonly kind = 'failed_precondition';
  readonly commandId: string;

  constructor(commandId: string) {
    super(
      `Command id '${commandId}' was already used for a different command`,
      { field: 'commandId' },
    );
    this.commandId = commandId;
  }

  get details() {
    return { commandId: this.commandId };
  }
}

/**
 * A command kept losing to other writers of the same aggregates.
 *
 * @public
 */
export class ContentionError extends EventStoreError {
  readonly code = 'eventstore.contention';
  readonly kind = 'conflict';
  readonly retryable = true;
  readonly attempts: number;

  constructor(attempts: number, cause: unknown) {
    super(`Gave up after ${attempts} attempts that all met a newer version`, {
      cause,
    });
    this.attempts = attempts;
  }

  get details() {
    return { attempts: this.attempts };
  }
}

/**
 * Too much is waiting to be appended in this process. Nothing was stored.
 *
 * @public
 */
export class BusyError extends EventStoreError {
  readonly code = 'eventstore.busy';
  readonly kind = 'busy';
  readonly retryable = true;

  constructor(message = 'Too many appends are waiting; try again shortly') {
    super(message);
  }
}

/**
 * The database could not be reached within the bounded retries. Whether an
 * append was stored is unknown: repeat it with the same event ids.
 *
 * @public
 */
export class StoreUnreachableError extends EventStoreError {
  readonly code = 'eventstore.store_unreachable';
  readonly kind = 'unavailable';
  readonly retryable = true;

  constructor(cause: unknown) {
    super('The event store cannot reach its database', { cause });
  }
}

/**
 * This process is stopping and takes no new work. Nothing was stored.
 *
 * @public
 */
export class ShuttingDownError extends EventStoreError {
  readonly code = 'eventstore.shutting_down';
  readonly kind = 'unavailable';
  readonly retryable = true;

  constructor() {
    super('The event store is shutting down');
  }
}

/**
 * The database refused a statement for a reason that is not the caller's.
 *
 * @public
 */
export class StoreFailedError extends EventStoreError {
  readonly code = 'eventstore.store_failed';
  readonly kind = 'internal';

  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}

/**
 * A decider refused a command. Contexts throw it with codes of their own.
 *
 * @example
 * ```ts
 * throw new CommandRejectedError('iam.user.locked', 'The user is locked');
 * ```
 *
 * @public
 */
export class CommandRejectedError extends EventStoreError {
  readonly code: string;
  readonly kind: EventStoreErrorKind;
  readonly #details: Record<string, unknown>;

  constructor(
    code: string,
    message: string,
    options?: {
      kind?: EventStoreErrorKind;
      field?: string;
      details?: Record<string, unknown>;
    },
  ) {
    super(message, { field: options?.field });
    this.code = code;
    this.kind = options?.kind ?? 'failed_precondition';
    this.#details = options?.details ?? {};
  }

  get details() {
    return this.#details;
  }
}
