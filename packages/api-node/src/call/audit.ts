/** Tells Backstage's auditor what became of a call. */
import type {
  AuditorService,
  LoggerService,
} from '@backstage/backend-plugin-api';
import type { DescMethod } from '@bufbuild/protobuf';
import type { ApiError } from '@callboard/api-client';
import { actorKey } from '@callboard/plugin-eventstore-common';
import { toActor } from './caller';
import type { ApiCredentials, IncomingCall } from './IncomingCall';

interface AuditTrail {
  readonly auditor: AuditorService;
  readonly logger: LoggerService;
}

/** A known caller was told that it may not do this. */
export async function recordRefusal(
  trail: AuditTrail,
  method: DescMethod,
  call: IncomingCall,
  credentials: ApiCredentials,
  error: ApiError,
): Promise<void> {
  if (error.status === 'PERMISSION_DENIED') {
    await recordOutcome(trail, method, call, credentials, 'medium', error);
  }
}

/**
 * A call succeeded, or failed with an error. A trail that can't be written is
 * logged, and does not undo what the call has done.
 */
export async function recordOutcome(
  { auditor, logger }: AuditTrail,
  method: DescMethod,
  call: IncomingCall,
  credentials: ApiCredentials,
  severityLevel: 'low' | 'medium' | 'high' | 'critical',
  error: ApiError | undefined,
): Promise<void> {
  try {
    const event = await auditor.createEvent({
      eventId: toKebabCase(method.name),
      severityLevel,
      request: call.request,
      meta: {
        method: `${method.parent.typeName}/${method.name}`,
        transport: call.transport,
        // Without an HTTP request the auditor can't tell by itself.
        actor: actorKey(toActor(credentials)),
        ...(error ? { code: error.code } : {}),
      },
    });
    await (error ? event.fail({ error }) : event.success());
  } catch (cause) {
    logger.error(`The audit trail could not record ${method.name}: ${cause}`);
  }
}

function toKebabCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}
