import type { SpoolerRow } from './tables';

/** A row was locked by a batch, so it is not known how long its lease is. */
export const RETRY_LOCKED_MS = 200;
const MAX_JITTER_MS = 150;
const MIN_TICK_MS = 20;

/**
 * Milliseconds until leases are to be renewed: when a third of a lease is over,
 * or as soon as another node's lease would end.
 *
 * @param options - `leads`: whether this process leads anything; `awaited`: what
 * it would lead, and another node does
 */
export function untilNextTick(options: {
  leaseMs: number;
  leads: boolean;
  awaited: readonly SpoolerRow[];
}): number {
  const { leaseMs, leads, awaited } = options;
  const times = awaited.map(row =>
    row.leaseMs > 0
      ? row.leaseMs + 10 + Math.random() * MAX_JITTER_MS
      : RETRY_LOCKED_MS,
  );
  return Math.max(
    MIN_TICK_MS,
    Math.min(leads ? leaseMs / 3 : leaseMs, ...times),
  );
}
