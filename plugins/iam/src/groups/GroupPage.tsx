import { TextAreaField } from '@backstage/ui';
import { GroupStatus, type Group } from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { CopyButton } from '../display/CopyButton';
import { ObjectName } from '../display/Names';
import { Read } from '../display/Read';
import { Time } from '../display/Time';
import { CommandButton } from '../form/CommandButton';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { FormDialog } from '../form/FormDialog';
import { NameAndSlug } from '../form/NameAndSlug';
import { GrantsSection } from '../grants/GrantsSection';
import { ObjectHistory } from '../history/ObjectHistory';
import { MembershipsSection } from '../memberships/MembershipsSection';
import { DangerZone } from '../object/DangerZone';
import { Facts } from '../object/Facts';
import { MetadataSection } from '../object/MetadataSection';
import { ObjectPage } from '../object/ObjectPage';
import { Section } from '../object/Section';
import { AdministersSection } from '../people/AdministersSection';
import { useRead } from '../reading/useRead';
import { uuidOf } from '../shell/ids';
import { useIam } from '../shell/IamProvider';
import { useNavigate } from '../shell/router';
import { useLinks } from '../shell/useLinks';
import { GroupStatusBadge } from './GroupStatusBadge';
import { MembersSection } from './MembersSection';
import { NestingSection } from './NestingSection';

/** One group: who is in it, what it has, what happened to it. */
export function GroupPage(props: { id: string }) {
  const { id } = props;
  const { management } = useIam();
  const { asOf } = useAsOf();
  const group = useRead(
    useCallback(
      (signal: AbortSignal) =>
        management.getGroup({ group: id, asOf }, { signal }),
      [management, id, asOf],
    ),
  );
  return <Read reading={group}>{value => <ReadGroup group={value} />}</Read>;
}

function ReadGroup({ group }: { group: Group }) {
  const { management } = useIam();
  const { id, name, organization } = group;
  return (
    <ObjectPage
      id={id}
      list={{ path: 'groups', title: 'Groups' }}
      title={name}
      status={<GroupStatusBadge status={group.status} />}
      subtitle={
        <>
          Group in <ObjectName id={organization} />
        </>
      }
      tabs={[
        {
          path: 'members',
          title: 'Members',
          content: (
            <MembersSection
              group={id}
              groupName={name}
              organization={organization}
            />
          ),
        },
        {
          path: 'nesting',
          title: 'Nesting',
          content: (
            <>
              <NestingSection
                group={id}
                groupName={name}
                organization={organization}
              />
              <MembershipsSection
                member={id}
                memberName={name}
                organization={organization}
              />
            </>
          ),
        },
        {
          path: 'roles',
          title: 'Roles',
          content: (
            <>
              <GrantsSection subject={id} subjectName={name} />
              <AdministersSection subject={id} />
            </>
          ),
        },
        {
          path: 'profile',
          title: 'Profile',
          content: (
            <>
              <Profile group={group} />
              <Danger group={group} />
            </>
          ),
        },
        {
          path: 'metadata',
          title: 'Metadata',
          content: (
            <MetadataSection
              metadata={group.metadata}
              onSet={(key, value) =>
                management.setGroupMetadata({ group: id, key, value })
              }
              onRemove={key =>
                management.removeGroupMetadata({ group: id, key })
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

function Profile({ group }: { group: Group }) {
  const { management } = useIam();
  const { id, name, slug, description } = group;
  return (
    <Section
      title="Profile"
      commands={
        <CommandButton
          label="Change"
          dialog={close => (
            <FormDialog
              title="Change the group"
              submitLabel="Save"
              onClose={close}
              onSubmit={values =>
                management.changeGroup({
                  group: id,
                  name: values.get('name'),
                  slug: values.get('slug'),
                  description: values.get('description'),
                })
              }
            >
              <NameAndSlug initial={{ name, slug }} />
              <TextAreaField
                name="description"
                label="What it is for"
                defaultValue={description}
                maxLength={1000}
              />
            </FormDialog>
          )}
        />
      }
    >
      <Facts
        facts={[
          ['Name', name],
          ['Short name', slug],
          ['What it is for', description],
          ['Created', <Time key="created" at={group.createdAt} />],
          ['Last changed', <Time key="changed" at={group.changedAt} />],
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

function Danger({ group }: { group: Group }) {
  const { management } = useIam();
  const links = useLinks();
  const navigate = useNavigate();
  if (group.status !== GroupStatus.ACTIVE) {
    return null;
  }
  return (
    <DangerZone
      deeds={[
        {
          title: 'Remove the group',
          description:
            'Its members stay; they lose what they have through it. It cannot be undone; the history stays.',
          button: 'Remove',
          dialog: close => (
            <ConfirmDialog
              title={`Remove ${group.name}`}
              confirmLabel="Remove for good"
              typed={group.name}
              onClose={close}
              onConfirm={async () => {
                await management.removeGroup({ group: group.id });
                navigate(links.to('groups'));
              }}
            >
              <p>
                Roles and administrations that were given to it end, and its
                subgroups are in it no more.
              </p>
            </ConfirmDialog>
          ),
        },
      ]}
    />
  );
}
