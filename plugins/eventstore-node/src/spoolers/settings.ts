/**
 * How spoolers work. All times in milliseconds.
 *
 * @public
 */
export interface SpoolerSettings {
  /** How long a leader that is not heard of keeps its place. */
  readonly leaseMs: number;
  /**
   * How often the log is asked where it ends, for when wake-ups are lost. Up to
   * five times that while none has been.
   */
  readonly pollMs: number;
  /** Events read and written at once. */
  readonly batchSize: number;
  /** Rows of each table that a spooler keeps in memory between batches. */
  readonly keepRows: number;
  /** Batches written to one database at once. */
  readonly batchesAtOnce: number;
  /** How long a fresh read waits for its view. */
  readonly waitMs: number;
  /** How long the tables of an older version outlive the last node that used them. */
  readonly keepSupersededMs: number;
  /** Quarantine is healed by a rebuild once so many rows were used meanwhile. */
  readonly maxTouched: number;
  /** Longest pause between attempts when the database refuses a batch. */
  readonly maxBackoffMs: number;
}

export const defaultSettings: SpoolerSettings = {
  leaseMs: 6_000,
  pollMs: 1_000,
  batchSize: 1_000,
  keepRows: 20_000,
  batchesAtOnce: 3,
  waitMs: 2_000,
  keepSupersededMs: 60 * 60 * 1_000,
  maxTouched: 200_000,
  maxBackoffMs: 5_000,
};
