import { TextField } from '@backstage/ui';
import {
  OrganizationStatus,
  type Organization,
} from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { AdministratorsSection } from '../administrators/AdministratorsSection';
import { useAsOf } from '../asOf/useAsOf';
import { CopyButton } from '../display/CopyButton';
import { Read } from '../display/Read';
import { Time } from '../display/Time';
import { CommandButton } from '../form/CommandButton';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { FormDialog } from '../form/FormDialog';
import { ObjectHistory } from '../history/ObjectHistory';
import { DangerZone } from '../object/DangerZone';
import { Facts } from '../object/Facts';
import { MetadataSection } from '../object/MetadataSection';
import { ObjectPage } from '../object/ObjectPage';
import { Section } from '../object/Section';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import { useNavigate } from '../shell/router';
import { useLinks } from '../shell/useLinks';
import { uuidOf } from '../shell/ids';
import { DomainsSection } from './DomainsSection';
import { InThisOrganization } from './InThisOrganization';
import { OrganizationStatusBadge } from './OrganizationStatusBadge';

/** One organization: what it is, its domains, who administers it, its history. */
export function OrganizationPage(props: { id: string }) {
  const { id } = props;
  const { management } = useIam();
  const { asOf } = useAsOf();
  const organization = useRead(
    useCallback(
      (signal: AbortSignal) =>
        management.getOrganization({ organization: id, asOf }, { signal }),
      [management, id, asOf],
    ),
  );
  return (
    <Read reading={organization}>
      {value => <ReadOrganization organization={value} />}
    </Read>
  );
}

function ReadOrganization({ organization }: { organization: Organization }) {
  const { management } = useIam();
  const { id, name, slug, status, primaryDomain } = organization;
  return (
    <ObjectPage
      id={id}
      list={{ path: 'organizations', title: 'Organizations' }}
      title={name}
      status={<OrganizationStatusBadge status={status} />}
      subtitle={[slug, primaryDomain].filter(Boolean).join(' · ')}
      tabs={[
        {
          path: 'profile',
          title: 'Profile',
          content: (
            <>
              <Profile organization={organization} />
              <InThisOrganization organization={id} />
              <Danger organization={organization} />
            </>
          ),
        },
        {
          path: 'domains',
          title: 'Domains',
          content: <DomainsSection organization={organization} />,
        },
        {
          path: 'administrators',
          title: 'Administrators',
          content: <AdministratorsSection scope={id} />,
        },
        {
          path: 'metadata',
          title: 'Metadata',
          content: (
            <MetadataSection
              metadata={organization.metadata}
              onSet={(key, value) =>
                management.setOrganizationMetadata({
                  organization: id,
                  key,
                  value,
                })
              }
              onRemove={key =>
                management.removeOrganizationMetadata({ organization: id, key })
              }
            />
          ),
        },
        {
          path: 'history',
          title: 'History',
          content: <ObjectHistory id={id} />,
        },
      ]}
    />
  );
}

function Profile({ organization }: { organization: Organization }) {
  const { management } = useIam();
  const { id, name, slug } = organization;
  return (
    <Section
      title="Profile"
      commands={
        <>
          <CommandButton
            label="Rename"
            dialog={close => (
              <FormDialog
                title="Rename the organization"
                submitLabel="Rename"
                onClose={close}
                onSubmit={values =>
                  management.renameOrganization({
                    organization: id,
                    name: values.get('name'),
                  })
                }
              >
                <TextField
                  name="name"
                  label="Name"
                  isRequired
                  maxLength={200}
                  defaultValue={name}
                />
              </FormDialog>
            )}
          />
          <CommandButton
            label="Change short name"
            dialog={close => (
              <FormDialog
                title="Change the short name"
                submitLabel="Change"
                onClose={close}
                onSubmit={values =>
                  management.changeOrganizationSlug({
                    organization: id,
                    slug: values.get('slug'),
                  })
                }
              >
                <TextField
                  name="slug"
                  label="Short name"
                  description="Catalog entities of its groups are called by it: references to them in files have to be changed as well."
                  isRequired
                  maxLength={63}
                  defaultValue={slug}
                />
              </FormDialog>
            )}
          />
        </>
      }
    >
      <Facts
        facts={[
          ['Name', name],
          ['Short name', slug],
          ['Primary domain', organization.primaryDomain || 'None'],
          ['Created', <Time key="created" at={organization.createdAt} />],
          ['Last changed', <Time key="changed" at={organization.changedAt} />],
          [
            'Id',
            <span key="id">
              <code>{uuidOf(id)}</code> <CopyButton text={id} label="Copy id" />
            </span>,
          ],
        ]}
      />
    </Section>
  );
}

function Danger({ organization }: { organization: Organization }) {
  const { management } = useIam();
  const links = useLinks();
  const navigate = useNavigate();
  const { id, name, status } = organization;
  if (
    status !== OrganizationStatus.ACTIVE &&
    status !== OrganizationStatus.INACTIVE
  ) {
    return null;
  }
  return (
    <DangerZone
      deeds={[
        status === OrganizationStatus.ACTIVE
          ? {
              title: 'Deactivate the organization',
              description:
                'Nobody in it may do anything until it is reactivated. Nothing is lost.',
              button: 'Deactivate',
              dialog: close => (
                <ConfirmDialog
                  title={`Deactivate ${name}`}
                  confirmLabel="Deactivate"
                  onClose={close}
                  onConfirm={() =>
                    management.deactivateOrganization({ organization: id })
                  }
                >
                  <p>
                    From the next request on, its people and machines may do
                    nothing.
                  </p>
                </ConfirmDialog>
              ),
            }
          : {
              title: 'Reactivate the organization',
              description: 'Gives everybody in it back what they had.',
              button: 'Reactivate',
              restores: true,
              dialog: close => (
                <ConfirmDialog
                  title={`Reactivate ${name}`}
                  confirmLabel="Reactivate"
                  destructive={false}
                  onClose={close}
                  onConfirm={() =>
                    management.reactivateOrganization({ organization: id })
                  }
                >
                  <p>Its people and machines may do again what they might.</p>
                </ConfirmDialog>
              ),
            },
        {
          title: 'Remove the organization',
          description:
            'With all its people, machines, groups, projects and grants. It cannot be undone; the history stays.',
          button: 'Remove',
          dialog: close => (
            <ConfirmDialog
              title={`Remove ${name}`}
              confirmLabel="Remove it with all it holds"
              typed={name}
              onClose={close}
              onConfirm={async () => {
                await management.removeOrganization({ organization: id });
                navigate(links.to('organizations'));
              }}
            >
              <p>
                Everybody in it loses access at once. What it holds is removed
                step by step, and goes on if the portal is restarted.
              </p>
            </ConfirmDialog>
          ),
        },
      ]}
    />
  );
}
