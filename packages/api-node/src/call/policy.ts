import type { DescMethod, DescService, MessageShape } from '@bufbuild/protobuf';
import type {
  BasicPermission,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import { DefinitionError } from '../definition/DefinitionError';

/**
 * Who may call a method.
 *
 * - `public`: anyone, without credentials.
 * - `allow`: which kinds of caller. Of a service's own access restrictions
 *   Backstage takes care.
 * - `permission`: what they need beside that. For a permission on a resource
 *   either `resourceRef` tells which one the request is about, or `conditional`
 *   leaves it to the handler to apply the decision (`context.decision`) to its
 *   query.
 * - `audit`: has the outcome of each call recorded by Backstage's auditor, with
 *   this severity. Refusals of a known caller always are.
 *
 * @public
 */
export type MethodPolicy<TRequest = unknown> =
  | 'public'
  | ({
      readonly allow: readonly [CallerKind, ...CallerKind[]];
      readonly audit?: 'low' | 'medium' | 'high' | 'critical';
    } & (
      | { readonly permission?: BasicPermission }
      | {
          readonly permission: ResourcePermission;
          readonly resourceRef: (request: TRequest) => string;
        }
      | {
          readonly permission: ResourcePermission;
          readonly conditional: true;
        }
    ));

/** @public */
export type CallerKind = 'user' | 'service';

/**
 * The policy of every method of a service. One that is forgotten does not
 * compile, and does not start.
 *
 * @public
 */
export type ServicePolicies<TService extends DescService> = {
  readonly [P in keyof TService['method']]: MethodPolicy<
    MessageShape<TService['method'][P]['input']>
  >;
};

/**
 * What TypeScript checks is checked again at start: policies may have been
 * built by code.
 *
 * @throws {@link DefinitionError}
 */
export function checkPolicy(
  method: DescMethod,
  policy: unknown,
): asserts policy is MethodPolicy {
  const subject = `${method.parent.typeName}.${method.name}`;
  if (policy === undefined) {
    throw new DefinitionError(subject, 'has no policy, so nobody may call it');
  }
  if (policy === 'public') {
    return;
  }
  const { allow, permission, resourceRef, conditional } = policy as {
    allow?: unknown;
    permission?: { type?: string };
    resourceRef?: unknown;
    conditional?: unknown;
  };
  if (
    !Array.isArray(allow) ||
    allow.length === 0 ||
    !allow.every(caller => caller === 'user' || caller === 'service')
  ) {
    throw new DefinitionError(
      subject,
      "its policy has to be 'public' or allow 'user', 'service' or both",
    );
  }
  const isResource = permission?.type === 'resource';
  const modes = [resourceRef, conditional].filter(Boolean).length;
  if (modes !== (isResource ? 1 : 0)) {
    throw new DefinitionError(
      subject,
      isResource
        ? 'its permission is on a resource, so its policy needs resourceRef or conditional'
        : 'its permission is on no resource, so resourceRef and conditional say nothing',
    );
  }
  if (
    resourceRef &&
    method.methodKind !== 'unary' &&
    method.methodKind !== 'server_streaming'
  ) {
    throw new DefinitionError(
      subject,
      'takes a stream, so no single request names the resource; use conditional',
    );
  }
}
