import { TextAreaField, TextField } from '@backstage/ui';
import type { ProjectRole } from '@callboard/plugin-iam-common/api';
import { ApiError } from '@callboard/api-client';
import { useMemo, useState } from 'react';
import { usePermissions } from '../explorer/usePermissions';
import { FormDialog } from '../form/FormDialog';
import { useIam } from '../shell/IamProvider';
import { draftsOf, faultsOf, toRolePermissions } from './roleDraft';
import { RoleEntries } from './RoleEntries';

const NOTHING = { id: 0, pattern: '', conditions: [] };

/** Defines a role, or changes one. Whoever has it can do by it what it says. */
export function RoleForm(props: {
  project: string;
  /** The one that is changed. */
  role?: ProjectRole;
  onClose: () => void;
}) {
  const { project, role } = props;
  const { management } = useIam();
  const known = usePermissions().value ?? [];
  const [entries, setEntries] = useState(() =>
    role ? draftsOf(role.permissions) : [NOTHING],
  );
  const [isChecked, setChecked] = useState(false);
  const faults = useMemo(() => faultsOf(entries), [entries]);

  return (
    <FormDialog
      title={role ? `Change ${role.name}` : 'Define a role'}
      submitLabel={role ? 'Save' : 'Define'}
      onClose={props.onClose}
      onSubmit={async values => {
        setChecked(true);
        if (faults.size > 0) {
          throw new ApiError('What the role carries is not complete', {
            code: 'IAM_INPUT_FORMAT',
            status: 'INVALID_ARGUMENT',
          });
        }
        const request = {
          project,
          key: role?.key ?? values.get('key'),
          name: values.get('name'),
          description: values.get('description'),
          permissions: toRolePermissions(entries),
        };
        return role
          ? management.changeRole(request)
          : management.addRole(request);
      }}
    >
      {!role && (
        <TextField
          label="Key"
          name="key"
          description="For programs, like release-manager. It never changes."
          isRequired
          maxLength={63}
        />
      )}
      <TextField
        label="Name"
        name="name"
        isRequired
        maxLength={200}
        defaultValue={role?.name}
      />
      <TextAreaField
        label="Description"
        name="description"
        maxLength={1000}
        defaultValue={role?.description}
      />
      <RoleEntries
        entries={entries}
        // Not while the first letter is written.
        faults={
          isChecked
            ? faults
            : new Map([...faults].filter(([at]) => entries[at]?.pattern.trim()))
        }
        known={known}
        onChange={setEntries}
      />
    </FormDialog>
  );
}
