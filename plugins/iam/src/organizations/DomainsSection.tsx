import {
  Alert,
  Button,
  Radio,
  RadioGroup,
  Text,
  TextField,
} from '@backstage/ui';
import {
  DomainCheck,
  DomainProof,
  type DomainChallenge,
  type Organization,
  type OrganizationDomain,
} from '@callboard/plugin-iam-common/api';
import { useState } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { CopyButton } from '../display/CopyButton';
import { EmptyState } from '../display/EmptyState';
import { ErrorPanel } from '../display/ErrorPanel';
import { StatusBadge } from '../display/StatusBadge';
import { Time } from '../display/Time';
import { CommandButton } from '../form/CommandButton';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { FormDialog } from '../form/FormDialog';
import { useCommand } from '../form/useCommand';
import { Section } from '../object/Section';
import { useIam } from '../shell/IamProvider';
import styles from './DomainsSection.module.css';

/** The domains of an organization, and how to prove them. */
export function DomainsSection(props: { organization: Organization }) {
  const { organization } = props;
  const { management } = useIam();
  return (
    <Section
      title="Domains"
      description="A domain counts once it is proved: by a TXT record or by a file on its web server. No two organizations have the same one."
      commands={
        <CommandButton
          label="Add a domain"
          variant="primary"
          dialog={close => (
            <FormDialog
              title="Add a domain"
              submitLabel="Add"
              onClose={close}
              onSubmit={values =>
                management.addDomain({
                  organization: organization.id,
                  domain: values.get('domain'),
                })
              }
            >
              <TextField
                name="domain"
                label="Domain"
                placeholder="example.com"
                isRequired
                maxLength={253}
              />
            </FormDialog>
          )}
        />
      }
    >
      {organization.domains.length === 0 ? (
        <EmptyState title="No domains" />
      ) : (
        <ul className={styles.domains}>
          {organization.domains.map(domain => (
            <Domain
              key={domain.domain}
              organization={organization}
              domain={domain}
            />
          ))}
        </ul>
      )}
    </Section>
  );
}

function Domain(props: {
  organization: Organization;
  domain: OrganizationDomain;
}) {
  const { organization, domain } = props;
  const { readOnly } = useAsOf();
  const { management } = useIam();
  const isPrimary = organization.primaryDomain === domain.domain;
  const what = { organization: organization.id, domain: domain.domain };
  // The answer to a challenge says more than what is read of it later.
  const [challenge, setChallenge] = useState<DomainChallenge>();
  const open = domain.verified ? undefined : (challenge ?? domain.challenge);

  return (
    <li className={styles.domain}>
      <div className={styles.head}>
        <Text as="span" weight="bold">
          {domain.domain}
        </Text>
        {domain.verified ? (
          <StatusBadge tone="success">
            {domain.method === 'waived' ? 'Taken for proved' : 'Proved'}
          </StatusBadge>
        ) : (
          <StatusBadge tone="warning">Not proved</StatusBadge>
        )}
        {isPrimary && <StatusBadge tone="info">Primary</StatusBadge>}
        {!readOnly && (
          <div className={styles.commands}>
            {!domain.verified && (
              <CommandButton
                label={open ? 'Prove it another way' : 'Prove it'}
                variant={open ? 'tertiary' : 'secondary'}
                dialog={close => (
                  <ChallengeDialog
                    domain={domain.domain}
                    onClose={close}
                    onChallenge={async method => {
                      const answer = await management.challengeDomain({
                        ...what,
                        method,
                      });
                      setChallenge(answer.challenge);
                    }}
                  />
                )}
              />
            )}
            {domain.verified && !isPrimary && (
              <CommandButton
                label="Make it the primary one"
                variant="tertiary"
                dialog={close => (
                  <ConfirmDialog
                    title={`Make ${domain.domain} the primary domain`}
                    confirmLabel="Make it the primary one"
                    destructive={false}
                    onClose={close}
                    onConfirm={() => management.changePrimaryDomain(what)}
                  >
                    <p>It stands for the organization where one domain does.</p>
                  </ConfirmDialog>
                )}
              />
            )}
            {!isPrimary && (
              <CommandButton
                label="Remove"
                variant="tertiary"
                aria-label={`Remove ${domain.domain}`}
                dialog={close => (
                  <ConfirmDialog
                    title={`Remove ${domain.domain}`}
                    confirmLabel="Remove"
                    onClose={close}
                    onConfirm={() => management.removeDomain(what)}
                  >
                    <p>Another organization can have it then.</p>
                  </ConfirmDialog>
                )}
              />
            )}
          </div>
        )}
      </div>
      {open && (
        <Instructions
          domain={domain}
          challenge={open}
          check={readOnly ? undefined : () => management.checkDomain(what)}
        />
      )}
    </li>
  );
}

function ChallengeDialog(props: {
  domain: string;
  onClose: () => void;
  onChallenge: (method: DomainProof) => Promise<unknown>;
}) {
  return (
    <FormDialog
      title={`Prove ${props.domain}`}
      submitLabel="Show what to publish"
      onClose={props.onClose}
      onSubmit={values =>
        props.onChallenge(
          values.get('method') === 'http' ? DomainProof.HTTP : DomainProof.DNS,
        )
      }
    >
      <RadioGroup
        name="method"
        label="Where can you publish something?"
        defaultValue="dns"
      >
        <Radio value="dns">In its DNS zone: a TXT record</Radio>
        <Radio value="http">On its web server: a file</Radio>
      </RadioGroup>
    </FormDialog>
  );
}

const FINDINGS: Record<DomainCheck, string> = {
  [DomainCheck.UNSPECIFIED]: '',
  [DomainCheck.VERIFIED]: 'It is proved.',
  [DomainCheck.NOT_FOUND]:
    'Nothing is published there yet. A new TXT record can take an hour to be seen.',
  [DomainCheck.OTHER_TOKEN]: 'Something else is published there.',
  [DomainCheck.UNREACHABLE]: 'The name server or web server did not answer.',
};

const FAILURES: Record<string, DomainCheck> = {
  not_found: DomainCheck.NOT_FOUND,
  other_token: DomainCheck.OTHER_TOKEN,
  unreachable: DomainCheck.UNREACHABLE,
};

function Instructions(props: {
  domain: OrganizationDomain;
  challenge: DomainChallenge;
  check?: () => Promise<{ result: DomainCheck }>;
}) {
  const { challenge, domain } = props;
  const checking = useCommand(async () => props.check?.());
  const [found, setFound] = useState<DomainCheck>();
  const finding = found ?? FAILURES[domain.failure];
  const isDns = challenge.method !== 'http';

  return (
    <div className={styles.instructions}>
      <Text as="p">
        {isDns
          ? 'Publish this TXT record in the DNS zone, then check.'
          : 'Publish this file on the web server, then check.'}
      </Text>
      <dl className={styles.record}>
        {challenge.place && (
          <Copied label={isDns ? 'Name' : 'Address'} text={challenge.place} />
        )}
        <Copied label={isDns ? 'Value' : 'Content'} text={challenge.content} />
      </dl>
      {challenge.expiresAt && (
        <Text as="p" variant="body-small" color="secondary">
          Good until <Time at={challenge.expiresAt} />.
        </Text>
      )}
      {checking.error && <ErrorPanel error={checking.error} />}
      {finding !== undefined && finding !== DomainCheck.UNSPECIFIED && (
        <Alert
          role="status"
          status={finding === DomainCheck.VERIFIED ? 'success' : 'warning'}
          icon
          title={FINDINGS[finding]}
        />
      )}
      {props.check && (
        <Button
          size="small"
          variant="primary"
          isPending={checking.pending}
          onPress={async () => {
            const answer = await checking.run();
            setFound(answer?.result);
          }}
        >
          Check now
        </Button>
      )}
    </div>
  );
}

function Copied(props: { label: string; text: string }) {
  return (
    <>
      <dt>{props.label}</dt>
      <dd>
        <code>{props.text}</code>
        <CopyButton text={props.text} label={`Copy ${props.label}`} />
      </dd>
    </>
  );
}
