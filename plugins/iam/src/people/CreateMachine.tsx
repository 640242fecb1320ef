import { TextAreaField, TextField } from '@backstage/ui';
import { RiRobot2Line } from '@remixicon/react';
import { useState } from 'react';
import { CommandButton } from '../form/CommandButton';
import { FormDialog } from '../form/FormDialog';
import { suggestSlug } from '../form/suggestSlug';
import { OrganizationField } from '../organizations/OrganizationField';
import { useIam } from '../shell/IamProvider';
import { useNavigate } from '../shell/router';
import { useLinks } from '../shell/useLinks';

/** Creates a machine: a service account for a program. */
export function CreateMachine(props: { organization: string }) {
  const { management } = useIam();
  const links = useLinks();
  const navigate = useNavigate();
  return (
    <CommandButton
      label="Create a machine"
      iconStart={<RiRobot2Line aria-hidden />}
      dialog={close => (
        <FormDialog
          title="Create a machine"
          submitLabel="Create"
          onClose={close}
          onSubmit={async values => {
            const { id } = await management.createMachine({
              organization: values.get('organization'),
              name: values.get('name'),
              username: values.get('username'),
              description: values.get('description'),
            });
            navigate(links.toObject(id, 'credentials') ?? '');
          }}
        >
          <OrganizationField organization={props.organization} />
          <MachineNames />
          <TextAreaField
            name="description"
            label="What it is for"
            maxLength={1000}
          />
        </FormDialog>
      )}
    />
  );
}

function MachineNames() {
  const [name, setName] = useState('');
  const [username, setUsername] = useState<string>();
  return (
    <>
      <TextField
        name="name"
        label="Name"
        isRequired
        maxLength={200}
        value={name}
        onChange={setName}
      />
      <TextField
        name="username"
        label="Username"
        description="What it signs in with."
        isRequired
        maxLength={128}
        value={username ?? suggestSlug(name)}
        onChange={setUsername}
      />
    </>
  );
}
