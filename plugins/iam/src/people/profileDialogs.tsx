import { TextAreaField, TextField } from '@backstage/ui';
import type { User } from '@callboard/plugin-iam-common/api';
import { FormDialog } from '../form/FormDialog';
import { useIam } from '../shell/IamProvider';

interface DialogProps {
  user: User;
  onClose: () => void;
}

/** What a person is called. */
export function ProfileDialog({ user, onClose }: DialogProps) {
  const { management } = useIam();
  return (
    <FormDialog
      title="Change the profile"
      submitLabel="Save"
      onClose={onClose}
      onSubmit={values =>
        management.changeProfile({
          user: user.id,
          givenName: values.get('givenName'),
          familyName: values.get('familyName'),
          displayName: values.get('displayName'),
          language: values.get('language'),
        })
      }
    >
      <TextField
        name="givenName"
        label="Given name"
        isRequired
        defaultValue={user.givenName}
      />
      <TextField
        name="familyName"
        label="Family name"
        isRequired
        defaultValue={user.familyName}
      />
      <TextField
        name="displayName"
        label="Shown as"
        isRequired
        defaultValue={user.displayName}
      />
      <TextField
        name="language"
        label="Language"
        description="A tag such as en or pt-BR. The instance's language when it is left empty."
        defaultValue={user.language}
      />
    </FormDialog>
  );
}

/** What a machine is called. */
export function MachineDialog({ user, onClose }: DialogProps) {
  const { management } = useIam();
  return (
    <FormDialog
      title="Change the machine"
      submitLabel="Save"
      onClose={onClose}
      onSubmit={values =>
        management.changeMachine({
          user: user.id,
          name: values.get('name'),
          description: values.get('description'),
        })
      }
    >
      <TextField
        name="name"
        label="Name"
        isRequired
        defaultValue={user.displayName}
      />
      <TextAreaField
        name="description"
        label="What it is for"
        defaultValue={user.description}
      />
    </FormDialog>
  );
}

export function UsernameDialog({ user, onClose }: DialogProps) {
  const { management } = useIam();
  return (
    <FormDialog
      title="Change the username"
      submitLabel="Change"
      onClose={onClose}
      onSubmit={values =>
        management.changeUsername({
          user: user.id,
          username: values.get('username'),
        })
      }
    >
      <TextField
        name="username"
        label="Username"
        description="What they sign in with. The old one can be taken by somebody else then."
        isRequired
        maxLength={128}
        defaultValue={user.username}
      />
    </FormDialog>
  );
}

export function EmailDialog({ user, onClose }: DialogProps) {
  const { management } = useIam();
  return (
    <FormDialog
      title="Change the e-mail address"
      submitLabel="Change"
      onClose={onClose}
      onSubmit={values =>
        management.changeEmail({ user: user.id, email: values.get('email') })
      }
    >
      <TextField
        name="email"
        type="email"
        label="E-mail address"
        description="It has to be verified anew."
        isRequired
        maxLength={254}
        defaultValue={user.email}
      />
    </FormDialog>
  );
}

export function PhoneDialog({ user, onClose }: DialogProps) {
  const { management } = useIam();
  return (
    <FormDialog
      title={user.phone ? 'Change the telephone' : 'Add a telephone'}
      submitLabel="Save"
      onClose={onClose}
      onSubmit={values =>
        management.changePhone({ user: user.id, phone: values.get('phone') })
      }
    >
      <TextField
        name="phone"
        type="tel"
        label="Telephone number"
        description="With its country, like +49 30 123456. It has to be verified anew."
        isRequired
        maxLength={40}
        defaultValue={user.phone}
      />
    </FormDialog>
  );
}
