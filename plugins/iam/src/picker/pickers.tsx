/** Pickers for what IAM knows. They offer what can be chosen now. */
import { Match, UserType } from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useIam } from '../shell/IamProvider';
import { ObjectPicker, type Choice } from './ObjectPicker';

const SHOWN = 20;

type PickerProps = Omit<Parameters<typeof ObjectPicker>[0], 'search'>;

export function OrganizationPicker(props: PickerProps) {
  const { management } = useIam();
  const search = useCallback(
    async (text: string, signal: AbortSignal) => {
      const { organizations } = await management.listOrganizations(
        { search: text, match: Match.SUBSTRING, pageSize: SHOWN },
        { signal },
      );
      return organizations.map(({ id, name, slug }) => ({
        id,
        label: name,
        description: slug,
      }));
    },
    [management],
  );
  return <ObjectPicker {...props} search={search} />;
}

export function UserPicker(
  props: PickerProps & { organization?: string; type?: UserType },
) {
  const { management } = useIam();
  const { organization = '', type = UserType.UNSPECIFIED, ...picker } = props;
  const search = useCallback(
    async (text: string, signal: AbortSignal) => {
      const { users } = await management.listUsers(
        {
          organization,
          type,
          search: text,
          match: Match.SUBSTRING,
          pageSize: SHOWN,
        },
        { signal },
      );
      return users.map(userChoice);
    },
    [management, organization, type],
  );
  return <ObjectPicker {...picker} search={search} />;
}

export function GroupPicker(props: PickerProps & { organization?: string }) {
  const { management } = useIam();
  const { organization = '', ...picker } = props;
  const search = useCallback(
    async (text: string, signal: AbortSignal) => {
      const { groups } = await management.listGroups(
        { organization, search: text, match: Match.SUBSTRING, pageSize: SHOWN },
        { signal },
      );
      return groups.map(groupChoice);
    },
    [management, organization],
  );
  return <ObjectPicker {...picker} search={search} />;
}

/** Users and groups: whoever can be given something. */
export function SubjectPicker(props: PickerProps & { organization?: string }) {
  const { management } = useIam();
  const { organization = '', ...picker } = props;
  const search = useCallback(
    async (text: string, signal: AbortSignal) => {
      const what = {
        organization,
        search: text,
        match: Match.SUBSTRING,
        pageSize: SHOWN / 2,
      };
      const [{ groups }, { users }] = await Promise.all([
        management.listGroups(what, { signal }),
        management.listUsers(what, { signal }),
      ]);
      return [...groups.map(groupChoice), ...users.map(userChoice)];
    },
    [management, organization],
  );
  return <ObjectPicker {...picker} search={search} />;
}

export function ProjectPicker(props: PickerProps & { organization?: string }) {
  const { management } = useIam();
  const { organization = '', ...picker } = props;
  const search = useCallback(
    async (text: string, signal: AbortSignal) => {
      const { projects } = await management.listProjects(
        { organization, search: text, match: Match.SUBSTRING, pageSize: SHOWN },
        { signal },
      );
      return projects.map(({ id, name, slug }) => ({
        id,
        label: name,
        description: slug,
      }));
    },
    [management, organization],
  );
  return <ObjectPicker {...picker} search={search} />;
}

function userChoice(user: {
  id: string;
  displayName: string;
  username: string;
  email: string;
  type: UserType;
}): Choice {
  return {
    id: user.id,
    label: user.displayName || user.username,
    description:
      user.type === UserType.MACHINE ? 'Machine' : user.email || user.username,
  };
}

function groupChoice(group: { id: string; name: string }): Choice {
  return { id: group.id, label: group.name, description: 'Group' };
}
