/** Whoever runs jobs beside the spoolers. */
export interface Workers {
  /** Names under which they lock jobs. */
  ids(): readonly string[];
  /**
   * Gives jobs back that have been locked for some time by workers of no node
   * that lives.
   */
  freeOrphans(lockedMs: number): Promise<void>;
}
