import { EventStoreError } from '@callboard/plugin-eventstore-common';

/**
 * No view of this name is declared here.
 *
 * @public
 */
export class UnknownViewError extends EventStoreError {
  readonly code = 'eventstore.unknown_view';
  readonly kind = 'not_found';
  readonly view: string;

  constructor(view: string) {
    super(`There is no view '${view}'`, { field: 'view' });
    this.view = view;
  }

  get details() {
    return { view: this.view };
  }
}

/**
 * A view did not reach a position in time. What was asked for is in the log;
 * the same read succeeds once the view has caught up.
 *
 * @public
 */
export class ViewBehindError extends EventStoreError {
  readonly code = 'eventstore.view_behind';
  readonly kind = 'unavailable';
  readonly retryable = true;
  readonly view: string;
  /** Where the view was when the wait ended. */
  readonly position: number;
  readonly wanted: number;
  /** Seconds after which it is worth asking again. */
  readonly retryAfter: number;

  constructor(options: {
    view: string;
    position: number;
    wanted: number;
    retryAfter: number;
  }) {
    super(
      `View '${options.view}' is at position ${options.position} and ${options.wanted} is wanted`,
    );
    this.view = options.view;
    this.position = options.position;
    this.wanted = options.wanted;
    this.retryAfter = options.retryAfter;
  }

  get details() {
    return {
      view: this.view,
      position: this.position,
      wanted: this.wanted,
      retryAfter: this.retryAfter,
    };
  }
}

/**
 * A view is being filled for the first time, or in a version whose tables
 * differ from those of the one before, and cannot be read yet.
 *
 * @public
 */
export class ViewNotReadyError extends EventStoreError {
  readonly code = 'eventstore.view_not_ready';
  readonly kind = 'unavailable';
  readonly retryable = true;
  readonly view: string;
  /** Seconds after which it is worth asking again. */
  readonly retryAfter: number;

  constructor(view: string, retryAfter: number) {
    super(`View '${view}' is being built`);
    this.view = view;
    this.retryAfter = retryAfter;
  }

  get details() {
    return { view: this.view, retryAfter: this.retryAfter };
  }
}

/**
 * A table was asked for its past but is declared without history.
 *
 * @public
 */
export class NoHistoryError extends EventStoreError {
  readonly code = 'eventstore.no_history';
  readonly kind = 'failed_precondition';
  readonly view: string;
  readonly table: string;

  constructor(view: string, table: string) {
    super(`Table '${table}' of view '${view}' keeps no history`, {
      field: 'asOf',
    });
    this.view = view;
    this.table = table;
  }

  get details() {
    return { view: this.view, table: this.table };
  }
}

/**
 * A declaration differs from what the database has under the same version.
 *
 * @public
 */
export class DeclarationChangedError extends EventStoreError {
  readonly code = 'eventstore.declaration_changed';
  readonly kind = 'failed_precondition';
  readonly view: string;
  readonly version: number;

  constructor(view: string, version: number) {
    super(
      `The tables of view '${view}' were changed but its version is still ${version}: raise it`,
      { field: 'version' },
    );
    this.view = view;
    this.version = version;
  }

  get details() {
    return { view: this.view, version: this.version };
  }
}

/**
 * This process leads a spooler no more: another one took over, or the view was
 * rebuilt or removed. Nothing of the batch was written.
 */
export class DeposedError extends Error {
  constructor(spooler: string) {
    super(`${spooler} is led by another node now`);
    this.name = 'DeposedError';
  }
}
