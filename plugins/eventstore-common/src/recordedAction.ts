import { z } from 'zod';
import { defineEvent } from './defineEvent';

/**
 * What plugins report to Backstage's auditor: somebody did, or tried to do,
 * something. Each report is an aggregate of its own.
 *
 * @public
 */
export const RECORDED_ACTION = 'eventstore.action';

const action = {
  /** The plugin that reports. */
  plugin: z.string(),
  /** As that plugin calls it: `entity-mutate`. */
  action: z.string(),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  /** Without its query, which may hold secrets. */
  request: z.object({ method: z.string(), path: z.string() }).optional(),
  /** Whatever else the plugin says of it. */
  meta: z.record(z.string(), z.unknown()).optional(),
  /** When it began; ISO 8601. */
  startedAt: z.string(),
};

/**
 * An action of some weight has begun; its end is another event.
 *
 * @public
 */
export const actionStarted = defineEvent({
  type: 'eventstore.action.started',
  schema: z.object(action),
});

/** @public */
export const actionSucceeded = defineEvent({
  type: 'eventstore.action.succeeded',
  schema: z.object(action),
});

/** @public */
export const actionFailed = defineEvent({
  type: 'eventstore.action.failed',
  schema: z.object({
    ...action,
    error: z.object({ name: z.string(), message: z.string() }),
  }),
});
