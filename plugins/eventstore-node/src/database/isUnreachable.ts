/*
 * SQLSTATE classes and codes that speak of the connection or the server, not
 * of the statement: https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
const PASSING_CODES = new Set([
  '28000', // invalid_authorization_specification: while credentials change
  '28P01', // invalid_password
  '3D000', // invalid_catalog_name: the database is not there (yet)
  '55000', // object_not_in_prerequisite_state: it takes no connections now
  '25006', // read_only_sql_transaction: a failover left us on a standby
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '53200', // out_of_memory
  '53300', // too_many_connections
  '55P03', // lock_not_available: the lock timeout
  '57014', // query_canceled: a statement timeout
  '57P01', // admin_shutdown
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: starting up or recovering
  '57P04', // database_dropped
  '57P05', // idle_session_timeout
]);

const SOCKET_CODES = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** What the driver and knex say without a code. */
const PASSING_MESSAGES =
  /Connection terminated|Client has encountered a connection error|Client was closed|Client has already been closed|timeout expired|not queryable|Timeout acquiring a connection|aborted/i;

/**
 * Whether an error says that the database cannot be reached or is not ready,
 * so that the same statement may succeed on another connection or later.
 */
export function isUnreachable(error: unknown): boolean {
  // Not by class: some come from another realm, as under jest.
  if (typeof error !== 'object' || error === null) {
    return false;
  }
  const { code, message, errors } = error as {
    code?: unknown;
    message?: unknown;
    errors?: unknown;
  };
  if (Array.isArray(errors)) {
    // AggregateError: one for each address of the host.
    return errors.length > 0 && errors.every(isUnreachable);
  }
  if (typeof code === 'string') {
    if (SOCKET_CODES.has(code) || PASSING_CODES.has(code)) {
      return true;
    }
    if (/^[0-9A-Z]{5}$/.test(code)) {
      return code.startsWith('08');
    }
  }
  return typeof message === 'string' && PASSING_MESSAGES.test(message);
}
