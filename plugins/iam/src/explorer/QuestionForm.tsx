import { Button } from '@backstage/ui';
import { useCallback, useState } from 'react';
import { readSubject } from '../matrix/SubjectSource';
import { ObjectPicker, type Choice } from '../picker/ObjectPicker';
import {
  OrganizationPicker,
  ProjectPicker,
  SubjectPicker,
} from '../picker/pickers';
import { useAsOf } from '../asOf/useAsOf';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import type { KnownPermission } from './permissionCatalog';
import styles from './QuestionForm.module.css';
import type { Question } from './useQuestion';

/** Who, what and where. Each answer is in the address at once. */
export function QuestionForm(props: {
  question: Question;
  permissions: readonly KnownPermission[];
  onAsk: (change: Partial<Question>) => void;
}) {
  const { question, onAsk } = props;
  const chosen = useChosen(question);
  const [place, setPlace] = useState<'project' | 'organization'>(
    question.scope.startsWith('iam.organization/') ? 'organization' : 'project',
  );
  const Place = place === 'project' ? ProjectPicker : OrganizationPicker;
  return (
    <div className={styles.form} role="search" aria-label="Who may do what">
      <SubjectPicker
        label="Who"
        description="A person, a machine or a group"
        chosen={chosen.subject}
        onChoose={choice => onAsk({ subject: choice?.id ?? '' })}
      />
      <PermissionPicker
        permissions={props.permissions}
        permission={question.permission}
        onChoose={permission => onAsk({ permission })}
      />
      <div>
        <Place
          key={place}
          label={place === 'project' ? 'In the project' : 'In the organization'}
          description="Anywhere in the instance when left empty"
          chosen={
            question.scope.startsWith(`iam.${place}/`)
              ? chosen.scope
              : undefined
          }
          onChoose={choice => onAsk({ scope: choice?.id ?? '' })}
        />
        <Button
          size="small"
          variant="tertiary"
          onPress={() => {
            setPlace(place === 'project' ? 'organization' : 'project');
            onAsk({ scope: '' });
          }}
        >
          {place === 'project'
            ? 'Ask about an organization instead'
            : 'Ask about a project instead'}
        </Button>
      </div>
    </div>
  );
}

function PermissionPicker(props: {
  permissions: readonly KnownPermission[];
  permission: string;
  onChoose: (permission: string) => void;
}) {
  const { permissions, permission } = props;
  const search = useCallback(
    async (text: string) => findPermissions(permissions, text),
    [permissions],
  );
  return (
    <ObjectPicker
      label="May do"
      description="Everything that they may do when left empty"
      chosen={permission ? { id: permission, label: permission } : undefined}
      onChoose={choice => props.onChoose(choice?.id ?? '')}
      search={search}
    />
  );
}

const SHOWN = 50;

/**
 * Permissions in which all words occur; and what was written itself, if it could
 * be the name of one that is not known.
 */
function findPermissions(
  permissions: readonly KnownPermission[],
  text: string,
): Choice[] {
  const words = text.toLocaleLowerCase('en').split(/\s+/).filter(Boolean);
  const found = permissions
    .filter(({ name, description }) => {
      const hay = `${name} ${description}`.toLocaleLowerCase('en');
      return words.every(word => hay.includes(word));
    })
    .slice(0, SHOWN)
    .map(({ name, description }) => ({ id: name, label: name, description }));
  const isName = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/.test(text);
  return isName && !found.some(({ id }) => id === text)
    ? [...found, { id: text, label: text, description: 'As written' }]
    : found;
}

/** What the address names, with names. */
function useChosen({ subject, scope }: Question): {
  subject?: Choice;
  scope?: Choice;
} {
  const { management } = useIam();
  const { asOf } = useAsOf();
  const ofSubject = useRead(
    useCallback(
      async (signal: AbortSignal): Promise<Choice | undefined> => {
        if (!subject) {
          return undefined;
        }
        const { id, name } = await readSubject(
          management,
          subject,
          asOf,
          signal,
        );
        return { id, label: name };
      },
      [management, subject, asOf],
    ),
  ).value;
  const ofScope = useRead(
    useCallback(
      async (signal: AbortSignal): Promise<Choice | undefined> => {
        if (!scope) {
          return undefined;
        }
        const { id, name } = scope.startsWith('iam.project/')
          ? await management.getProject({ project: scope, asOf }, { signal })
          : await management.getOrganization(
              { organization: scope, asOf },
              { signal },
            );
        return { id, label: name };
      },
      [management, scope, asOf],
    ),
  ).value;
  return {
    subject: ofSubject?.id === subject ? ofSubject : undefined,
    scope: ofScope?.id === scope ? ofScope : undefined,
  };
}
