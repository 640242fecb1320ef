/**
 * What a process found out from a view and tells a decision: how many there
 * are, and at which position of the log that was so. Once a removal has
 * started, the number can only become less; one that was counted before says
 * nothing, and the process has to count again.
 */
import { z } from 'zod';

export const countedAt = {
  count: z.int().min(0),
  /** The view's position when it was read. */
  position: z.int().min(0),
};
