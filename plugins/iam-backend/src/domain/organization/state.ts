import type { Metadata } from '../metadata';

export interface OrganizationDomain {
  readonly verified: boolean;
  readonly challenge?: {
    readonly method: 'dns' | 'http';
    readonly token: string;
    readonly expiresAt: string;
  };
  /** Why the last check failed. */
  readonly failure?: 'not_found' | 'other_token' | 'unreachable';
}

export interface OrganizationState {
  readonly status: 'none' | 'active' | 'inactive' | 'removing' | 'removed';
  readonly name: string;
  readonly slug: string;
  readonly metadata: Metadata;
  readonly domains: Readonly<Record<string, OrganizationDomain>>;
  readonly primaryDomain?: string;
  readonly stagesDone: readonly string[];
}
