import { Button, TextField } from '@backstage/ui';
import { RiMailSendLine } from '@remixicon/react';
import { useState } from 'react';
import { FormDialog } from '../form/FormDialog';
import { SecretDialog } from '../form/SecretDialog';
import { OrganizationField } from '../organizations/OrganizationField';
import { useIam } from '../shell/IamProvider';
import { useNavigate } from '../shell/router';
import { useLinks } from '../shell/useLinks';

/** Invites a person, and shows the code of the invitation once. */
export function InvitePerson(props: { organization: string }) {
  const { management } = useIam();
  const links = useLinks();
  const navigate = useNavigate();
  const [isOpen, setOpen] = useState(false);
  const [invited, setInvited] = useState<{ id: string; secret: string }>();

  return (
    <>
      <Button
        size="small"
        variant="primary"
        iconStart={<RiMailSendLine aria-hidden />}
        onPress={() => setOpen(true)}
      >
        Invite a person
      </Button>
      {isOpen && (
        <FormDialog
          title="Invite a person"
          submitLabel="Invite"
          onClose={() => setOpen(false)}
          onSubmit={async values => {
            const givenName = values.get('givenName');
            const familyName = values.get('familyName');
            const email = values.get('email');
            setInvited(
              await management.inviteHuman({
                organization: values.get('organization'),
                email,
                username: values.get('username') || email,
                givenName,
                familyName,
                displayName:
                  values.get('displayName') || `${givenName} ${familyName}`,
              }),
            );
          }}
        >
          <OrganizationField organization={props.organization} />
          <TextField
            name="email"
            type="email"
            label="E-mail address"
            isRequired
            maxLength={254}
          />
          <TextField name="givenName" label="Given name" isRequired />
          <TextField name="familyName" label="Family name" isRequired />
          <TextField
            name="displayName"
            label="Shown as"
            description="Given and family name when it is left empty."
          />
          <TextField
            name="username"
            label="Username"
            description="The e-mail address when it is left empty."
            maxLength={128}
          />
        </FormDialog>
      )}
      {invited && (
        <SecretDialog
          title="The invitation is on its way"
          label="invitation code"
          secret={invited.secret}
          onClose={() => {
            setInvited(undefined);
            navigate(links.toObject(invited.id) ?? '');
          }}
        >
          <p>
            It was sent to the person. Should the mail not arrive, hand this
            code over in another way: whoever has it is taken for the person.
          </p>
        </SecretDialog>
      )}
    </>
  );
}
