/**
 * How much one call may ask of the log.
 *
 * @public
 */
export const limits = {
  /** Bytes of one event's payload as stored (UTF-8 JSON): 1 MiB. */
  payloadBytes: 1024 * 1024,
  /** Events in one append, over all its aggregates. */
  eventsPerAppend: 10_000,
  /** Bytes of all payloads in one append: 64 MiB. */
  appendBytes: 64 * 1024 * 1024,
  /** Aggregates in one append, guards included. */
  aggregatesPerAppend: 1_000,
  /** Claim changes in one append. */
  claimsPerAppend: 10_000,
  /** Events in one page for people. */
  pageSize: 1_000,
  /** Events in one batch for machines. */
  batchSize: 10_000,
  /** Event or aggregate types in one filter. */
  filterTypes: 100,
} as const;
