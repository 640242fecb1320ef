import { Button } from '@backstage/ui';
import { ProjectStatus, type Project } from '@callboard/plugin-iam-common/api';
import { useCallback, useState } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { ObjectName } from '../display/Names';
import { Read } from '../display/Read';
import { Time } from '../display/Time';
import { ObjectHistory } from '../history/ObjectHistory';
import { AccessMatrix } from '../matrix/AccessMatrix';
import { Facts } from '../object/Facts';
import { ObjectPage } from '../object/ObjectPage';
import { Section } from '../object/Section';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import { useParams } from '../shell/router';
import { Delegations } from './Delegations';
import { ProjectForm } from './ProjectForm';
import { ProjectDangers } from './ProjectDangers';
import { ProjectStatusBadge } from './projectStatus';
import { Roles } from './Roles';

/** One project: its roles, who has them, to whom they are delegated. */
export function ProjectPage() {
  const { uuid = '' } = useParams();
  const id = `iam.project/${uuid}`;
  const { management } = useIam();
  const { asOf } = useAsOf();
  const project = useRead(
    useCallback(
      (signal: AbortSignal) =>
        management.getProject({ project: id, asOf }, { signal }),
      [management, id, asOf],
    ),
  );
  return <Read reading={project}>{value => <Loaded project={value} />}</Read>;
}

function Loaded({ project }: { project: Project }) {
  const { management } = useIam();
  const [isEditing, setEditing] = useState(false);
  const isLiving =
    project.status === ProjectStatus.ACTIVE ||
    project.status === ProjectStatus.INACTIVE;
  return (
    <>
      <ObjectPage
        id={project.id}
        list={{ path: 'projects', title: 'Projects' }}
        title={project.name}
        status={<ProjectStatusBadge status={project.status} />}
        subtitle={project.description}
        commands={
          isLiving && (
            <Button variant="secondary" onPress={() => setEditing(true)}>
              Change
            </Button>
          )
        }
        tabs={[
          {
            path: 'roles',
            title: 'Roles',
            content: <Roles project={project} />,
          },
          {
            path: 'matrix',
            title: 'Who has them',
            content: <AccessMatrix project={project} />,
          },
          {
            path: 'delegations',
            title: 'Delegations',
            content: <Delegations project={project} />,
          },
          {
            path: 'history',
            title: 'History',
            content: <ObjectHistory id={project.id} />,
          },
          {
            path: 'settings',
            title: 'Settings',
            content: (
              <>
                <Section title="About">
                  <Facts
                    facts={[
                      [
                        'Organization',
                        <ObjectName key="o" id={project.organization} />,
                      ],
                      ['Short name', <code key="s">{project.slug}</code>],
                      ['Id', <code key="i">{project.id}</code>],
                      ['Created', <Time key="c" at={project.createdAt} />],
                      ['Changed', <Time key="h" at={project.changedAt} />],
                    ]}
                  />
                </Section>
                <ProjectDangers project={project} />
              </>
            ),
          },
        ]}
      />
      {isEditing && (
        <ProjectForm
          title={`Change ${project.name}`}
          submitLabel="Save"
          begin={project}
          onClose={() => setEditing(false)}
          onSubmit={values =>
            management.changeProject({
              project: project.id,
              name: values.get('name'),
              slug: values.get('slug'),
              description: values.get('description'),
            })
          }
        />
      )}
    </>
  );
}
