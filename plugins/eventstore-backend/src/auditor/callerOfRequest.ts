import type {
  AuditorServiceCreateEventOptions,
  AuthService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import { toClientIp, type AuditedCall } from '@callboard/api-node';
import type { Actor } from '@callboard/plugin-eventstore-common';

const MAX_USER_AGENT = 1024;
const CORRELATION = /^[A-Za-z0-9._:/+=-]{1,128}$/;

/** Who made an HTTP request, and from where; without one, the plugin itself. */
export async function callerOfRequest(
  request: AuditorServiceCreateEventOptions['request'],
  deps: { auth: AuthService; httpAuth: HttpAuthService; plugin: string },
): Promise<AuditedCall> {
  if (!request) {
    return {
      actor: { kind: 'machine', id: `plugin:${deps.plugin}` },
      context: { plugin: deps.plugin },
    };
  }
  const correlationId =
    request.get('X-Correlation-Id') ?? request.get('X-Request-Id');
  return {
    actor: await actorOf(request, deps),
    context: {
      plugin: deps.plugin,
      ip: toClientIp(request.ip),
      userAgent:
        request.get('User-Agent')?.slice(0, MAX_USER_AGENT) || undefined,
      correlationId:
        correlationId && CORRELATION.test(correlationId)
          ? correlationId
          : undefined,
    },
  };
}

async function actorOf(
  request: NonNullable<AuditorServiceCreateEventOptions['request']>,
  { auth, httpAuth }: { auth: AuthService; httpAuth: HttpAuthService },
): Promise<Actor> {
  const credentials = await httpAuth.credentials(request);
  if (auth.isPrincipal(credentials, 'user')) {
    const { userEntityRef, actor } = credentials.principal;
    return actor
      ? { kind: 'machine', id: actor.subject, onBehalfOf: userEntityRef }
      : { kind: 'user', id: userEntityRef };
  }
  if (auth.isPrincipal(credentials, 'service')) {
    return { kind: 'machine', id: credentials.principal.subject };
  }
  return { kind: 'outside', provider: 'anonymous', id: 'anonymous' };
}
