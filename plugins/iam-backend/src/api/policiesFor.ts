import type { DescService } from '@bufbuild/protobuf';
import type { MethodPolicy, ServicePolicies } from '@callboard/api-node';

/**
 * Who may call the methods of a service. What they may see and do is decided by
 * IAM itself, query by query and command by command (`commandPermissions`).
 */
export function policiesFor<TService extends DescService>(
  service: TService,
  policy: MethodPolicy = { allow: ['user', 'service'] },
): ServicePolicies<TService> {
  return Object.fromEntries(
    service.methods.map(({ localName }) => [localName, policy]),
  ) as ServicePolicies<TService>;
}
