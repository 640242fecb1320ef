/**
 * Backstage's auditor with a memory: what any plugin reports goes into the log,
 * with who did it, beside the lines that Backstage writes anyway.
 *
 * A report is stored when it ends, before whoever reported it goes on: what has
 * been answered is in the log, whatever becomes of the process. One of some
 * weight is stored when it begins as well, so that what a process was doing when
 * it died is known.
 */
import type {
  AuditorService,
  AuditorServiceCreateEventOptions,
  AuditorServiceEvent,
  LoggerService,
} from '@backstage/backend-plugin-api';
import { AUDITED_CALL, type AuditedCall } from '@callboard/api-node';
import {
  DEFAULT_INSTANCE,
  RECORDED_ACTION,
  actionFailed,
  actionStarted,
  actionSucceeded,
  newAggregateId,
  type AggregateId,
  type NewEvent,
} from '@callboard/plugin-eventstore-common';
import type { EventLog } from '@callboard/plugin-eventstore-node';
import type { Severity } from './auditLines';
import { toStorableMeta } from './toStorableMeta';

type Meta = AuditorServiceCreateEventOptions['meta'];

const WEIGHT: Record<Severity, number> = {
  low: 0,
  medium: 1,
  high: 2,
  critical: 3,
};

export interface LogAuditorOptions {
  readonly plugin: string;
  readonly log: EventLog;
  readonly logger: LoggerService;
  /** Writes the lines that Backstage writes anyway. */
  readonly lines: AuditorService;
  readonly minimumSeverity: Severity;
  /** Who made a request, from where; the plugin itself without one. */
  callerOf(
    request: AuditorServiceCreateEventOptions['request'],
  ): Promise<AuditedCall>;
}

export class LogAuditorService implements AuditorService {
  readonly #options: LogAuditorOptions;

  constructor(options: LogAuditorOptions) {
    this.#options = options;
  }

  async createEvent(
    options: AuditorServiceCreateEventOptions,
  ): Promise<AuditorServiceEvent> {
    const lines = await this.#options.lines.createEvent(options);
    const { severityLevel: severity = 'low' } = options;
    if (WEIGHT[severity] < WEIGHT[this.#options.minimumSeverity]) {
      return lines;
    }
    const call =
      callOf(options) ?? (await this.#options.callerOf(options.request));
    const id = newAggregateId(RECORDED_ACTION);
    const startedAt = new Date().toISOString();
    const action = (meta: Meta) => ({
      plugin: this.#options.plugin,
      action: options.eventId,
      severity,
      request: options.request && {
        method: options.request.method,
        // What follows a question mark may hold secrets.
        path: options.request.originalUrl.split('?', 1)[0]!,
      },
      meta: toStorableMeta(meta),
      startedAt,
    });
    if (WEIGHT[severity] > WEIGHT.low) {
      await this.#store(id, call, actionStarted.of(action(options.meta)));
    }
    return {
      success: async params => {
        await lines.success(params);
        const meta = { ...options.meta, ...params?.meta };
        await this.#store(id, call, actionSucceeded.of(action(meta)));
      },
      fail: async params => {
        await lines.fail(params);
        await this.#store(
          id,
          call,
          actionFailed.of({
            ...action({ ...options.meta, ...params.meta }),
            error: { name: params.error.name, message: params.error.message },
          }),
        );
      },
    };
  }

  /** A trail that can't be written does not undo what was done. */
  async #store(
    id: AggregateId,
    { actor, context }: AuditedCall,
    event: NewEvent,
  ): Promise<void> {
    const { log, logger, plugin } = this.#options;
    try {
      await log.append({
        instance: DEFAULT_INSTANCE,
        aggregates: [{ id, expected: 'any', events: [event] }],
        actor,
        context: { ...context, plugin },
      });
    } catch (error) {
      logger.error(`Could not store ${event.type} of ${plugin}: ${error}`);
    }
  }
}

/** Who called one of our own methods, which knows it better than a request. */
function callOf(options: object): AuditedCall | undefined {
  return (options as { [AUDITED_CALL]?: AuditedCall })[AUDITED_CALL];
}
