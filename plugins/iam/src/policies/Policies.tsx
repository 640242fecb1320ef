/** Policies of the instance, or of one organization, and where each comes from. */
import { Select } from '@backstage/ui';
import { PolicyKind, type Policy } from '@callboard/plugin-iam-common/api';
import { useCallback, useState } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { Read } from '../display/Read';
import { useListQuery } from '../list/useListQuery';
import { Section } from '../object/Section';
import { OrganizationPicker } from '../picker/pickers';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import styles from './Policies.module.css';
import { PolicyCard } from './PolicyCard';
import { policyKindOf } from './policyKinds';

const ORGANIZATION = /^iam\.organization\/[0-9a-f-]{36}$/;

export function Policies() {
  const { management, admin } = useIam();
  const { asOf } = useAsOf();
  const query = useListQuery();
  const inAddress = query.get('organization');
  const organization = ORGANIZATION.test(inAddress) ? inAddress : '';
  const [isOrganization, setOrganization] = useState(organization !== '');

  const policies = useRead(
    useCallback(
      async (signal: AbortSignal): Promise<readonly Policy[]> => {
        const answer = organization
          ? await management.listPolicies({ organization, asOf }, { signal })
          : await admin.listInstancePolicies({ asOf }, { signal });
        return answer.policies;
      },
      [management, admin, organization, asOf],
    ),
  );
  const chosen = useRead(
    useCallback(
      async (signal: AbortSignal) => {
        if (!organization) {
          return undefined;
        }
        const { id, name } = await management.getOrganization(
          { organization, asOf },
          { signal },
        );
        return { id, label: name };
      },
      [management, organization, asOf],
    ),
  ).value;

  return (
    <Section
      title="Policies"
      level={2}
      description="What came with the portal holds until the instance decides, and what the instance decided until an organization does. A policy is decided as a whole."
    >
      <div className={styles.owner}>
        <Select
          size="small"
          label="Of"
          options={[
            { value: 'instance', label: 'the instance, for everybody' },
            { value: 'organization', label: 'one organization' },
          ]}
          value={isOrganization ? 'organization' : 'instance'}
          onChange={value => {
            setOrganization(value === 'organization');
            query.set({ organization: '' });
          }}
        />
        {isOrganization && (
          <OrganizationPicker
            label="Organization"
            chosen={chosen?.id === organization ? chosen : undefined}
            onChoose={choice => query.set({ organization: choice?.id ?? '' })}
          />
        )}
      </div>
      {(!isOrganization || organization) && (
        <Read reading={policies}>
          {all => (
            <ul
              className={styles.policies}
              aria-label="Policies"
              // Another owner's forms begin anew.
              key={organization}
            >
              {all.map(policy => {
                const info = policyKindOf(policy.kind);
                return (
                  info && (
                    <PolicyCard
                      key={PolicyKind[policy.kind]}
                      info={info}
                      policy={policy}
                      organization={organization}
                    />
                  )
                );
              })}
            </ul>
          )}
        </Read>
      )}
    </Section>
  );
}
