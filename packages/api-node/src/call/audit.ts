/** Tells Backstage's auditor what became of a call. */
import type {
  AuditorService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { DescMethod } from '@bufbuild/protobuf';
import type { ApiError } from '@callboard/api-client';
import {
  actorKey,
  type Actor,
  type EventContext,
} from '@callboard/plugin-eventstore-common';
import type { CallContext } from './CallContext';

/**
 * Under this key an auditor that knows of it finds who called and from where.
 * Backstage's own asks the HTTP request, which calls by gRPC don't have.
 *
 * @public
 */
export const AUDITED_CALL: unique symbol = Symbol.for('callboard.auditedCall');

/** @public */
export interface AuditedCall {
  readonly actor: Actor;
  readonly context: EventContext;
}

/**
 * A call succeeded, or failed with an error. A trail that can't be written is
 * logged, and does not undo what the call has done.
 */
export async function recordOutcome(
  { auditor, logger }: { auditor: AuditorService; logger: LoggerService },
  call: {
    readonly method: DescMethod;
    readonly context: CallContext;
    readonly severity: 'low' | 'medium' | 'high' | 'critical';
    readonly error: ApiError | undefined;
  },
): Promise<void> {
  const { method, context, severity, error } = call;
  const audited: AuditedCall = {
    actor: context.actor,
    context: context.eventContext,
  };
  const options = {
    eventId: toKebabCase(method.name),
    severityLevel: severity,
    request: context.request,
    meta: {
      method: `${method.parent.typeName}/${method.name}`,
      transport: context.transport,
      actor: actorKey(audited.actor),
      ...(error ? { code: error.code } : {}),
    },
    [AUDITED_CALL]: audited,
  };
  try {
    const event = await auditor.createEvent(options);
    await (error ? event.fail({ error }) : event.success());
  } catch (cause) {
    logger.error(`The audit trail could not record ${method.name}: ${cause}`);
  }
}

function toKebabCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}
