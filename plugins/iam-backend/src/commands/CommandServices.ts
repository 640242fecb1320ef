import type { CommandRunner } from '@callboard/plugin-eventstore-node';
import type { InstanceId } from '@callboard/plugin-eventstore-common';
import type { UserId } from '@callboard/plugin-iam-common';
import type { Authorizer } from '../queries/Authorizer';
import type { DomainProbe } from './domainProbe/DomainProbe';

/**
 * Brings a code to a person. The code is kept nowhere; if the delivery fails
 * the person asks for another.
 */
export interface CodeDelivery {
  deliver(code: {
    readonly kind: 'invitation' | 'email_code' | 'phone_code';
    readonly instance: InstanceId;
    readonly user: UserId;
    /** An e-mail address, or a telephone number for `phone_code`. */
    readonly to: string;
    readonly code: string;
    /** ISO 8601. */
    readonly expiresAt: string;
  }): Promise<void>;
}

/** What commands need of the world. */
export interface CommandServices {
  readonly runner: CommandRunner;
  readonly authorizer: Authorizer;
  readonly domains: DomainProbe;
  /** Without one, only administrators hand codes over. */
  readonly delivery?: CodeDelivery;
}
