import { Button, Text } from '@backstage/ui';
import { PolicySource, type Policy } from '@callboard/plugin-iam-common/api';
import { useState } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { Decided } from '../display/Names';
import { StatusBadge } from '../display/StatusBadge';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { useIam } from '../shell/IamProvider';
import { Changes } from './Changes';
import styles from './PolicyCard.module.css';
import { draftOf, policyChanges, valueInWords } from './policyDraft';
import { PolicyForm } from './PolicyForm';
import type { PolicyKindInfo } from './policyKinds';

/** One policy: what holds, who decided it, and what would hold instead. */
export function PolicyCard(props: {
  info: PolicyKindInfo;
  policy: Policy;
  /** Empty: of the instance. */
  organization: string;
}) {
  const { info, policy, organization } = props;
  const { management, admin } = useIam();
  const { readOnly } = useAsOf();
  const [open, setOpen] = useState<'decide' | 'reset'>();
  const holds = draftOf(info, policy.settings);
  const isForeign = organization !== '' && policy.enforced;
  const override = organization ? 'Override' : 'Decide';
  const decide = policy.own ? 'Change' : override;
  const resets = policy.own
    ? policyChanges(info, holds, draftOf(info, policy.inherited))
    : [];

  return (
    <li className={styles.card}>
      <div className={styles.head}>
        <h3 className={styles.title}>{info.title}</h3>
        <Source policy={policy} organization={organization} />
      </div>
      <dl className={styles.values}>
        {info.fields.map(field => (
          <div key={field.name} className={styles.value}>
            <dt>{field.label}</dt>
            <dd>
              {field.type === 'palette' ? (
                <Swatches palette={holds[field.name]} />
              ) : (
                valueInWords(field, holds[field.name])
              )}
            </dd>
          </div>
        ))}
      </dl>
      {policy.since && (
        <Text as="p" variant="body-small" color="secondary">
          Since <Decided since={policy.since} by={policy.decidedBy} />
        </Text>
      )}
      {isForeign && (
        <Text as="p" variant="body-small" color="secondary">
          The instance decided this for all organizations.
          {policy.own && ' What the organization decided does not hold.'}
        </Text>
      )}
      {!readOnly && (
        <div className={styles.commands}>
          {!isForeign && (
            <Button
              size="small"
              variant="secondary"
              aria-label={`${decide} ${info.title}`}
              onPress={() => setOpen('decide')}
            >
              {decide}
            </Button>
          )}
          {policy.own && (
            <Button
              size="small"
              variant="tertiary"
              aria-label={`Reset ${info.title}`}
              onPress={() => setOpen('reset')}
            >
              Reset
            </Button>
          )}
        </div>
      )}
      {open === 'decide' && (
        <PolicyForm
          info={info}
          policy={policy}
          canEnforce={organization === ''}
          onClose={() => setOpen(undefined)}
          onSave={(settings, enforced) =>
            organization
              ? management.setPolicy({ organization, settings })
              : admin.setInstancePolicy({ settings, enforced })
          }
        />
      )}
      {open === 'reset' && (
        <ConfirmDialog
          title={`Reset ${info.title}?`}
          confirmLabel="Reset"
          onClose={() => setOpen(undefined)}
          onConfirm={() =>
            organization
              ? management.resetPolicy({ organization, kind: policy.kind })
              : admin.resetInstancePolicy({ kind: policy.kind })
          }
        >
          <Text as="p">
            {organization
              ? 'What the instance decided holds again, or what came with the portal.'
              : 'What came with the portal holds again, save where an organization decided otherwise.'}
          </Text>
          {resets.length > 0 ? (
            <Changes changes={resets} />
          ) : (
            <Text as="p">It says the same: nothing changes now.</Text>
          )}
          <Text as="p" variant="body-small" color="secondary">
            Concerns: {info.concerns}
          </Text>
        </ConfirmDialog>
      )}
    </li>
  );
}

function Source(props: { policy: Policy; organization: string }) {
  const { source, enforced } = props.policy;
  switch (source) {
    case PolicySource.ORGANIZATION:
      return <StatusBadge tone="info">Overridden here</StatusBadge>;
    case PolicySource.INSTANCE:
      return (
        <StatusBadge tone={props.organization === '' ? 'info' : 'neutral'}>
          {enforced ? 'Instance, enforced' : 'Instance'}
        </StatusBadge>
      );
    default:
      return <StatusBadge>Built in</StatusBadge>;
  }
}

function Swatches(props: { palette: unknown }) {
  const palette = (props.palette ?? {}) as Record<string, string>;
  return (
    <span className={styles.swatches}>
      {Object.entries(palette).map(([name, colour]) => (
        <span
          key={name}
          className={styles.swatch}
          style={{ background: colour }}
          role="img"
          aria-label={`${name} ${colour}`}
          title={`${name} ${colour}`}
        />
      ))}
    </span>
  );
}
