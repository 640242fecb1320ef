import {
  policyClosed,
  policyReset,
  policySet,
} from '@callboard/plugin-iam-common';

export const policyEvents = [policySet, policyReset, policyClosed] as const;
