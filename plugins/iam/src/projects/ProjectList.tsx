import { Button, Link, Select } from '@backstage/ui';
import {
  Match,
  ProjectStatus,
  Sort,
  type Project,
} from '@callboard/plugin-iam-common/api';
import { useCallback, useState } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { ObjectName } from '../display/Names';
import { Time } from '../display/Time';
import { ListTable, type ListColumn } from '../list/ListTable';
import { ListToolbar } from '../list/ListToolbar';
import { useListQuery } from '../list/useListQuery';
import { usePagedList } from '../list/usePagedList';
import { Section } from '../object/Section';
import { OrganizationPicker } from '../picker/pickers';
import { useIam } from '../shell/IamProvider';
import { useNavigate } from '../shell/router';
import { useLinks } from '../shell/useLinks';
import { ProjectForm } from './ProjectForm';
import { ProjectStatusBadge } from './projectStatus';

const STATUSES = [
  { value: '', label: 'All but removed' },
  { value: 'active', label: 'Active' },
  { value: 'inactive', label: 'Inactive' },
  { value: 'removed', label: 'Removed' },
];

const STATUS_OF: Readonly<Record<string, ProjectStatus[]>> = {
  active: [ProjectStatus.ACTIVE],
  inactive: [ProjectStatus.INACTIVE],
  removed: [ProjectStatus.REMOVING, ProjectStatus.REMOVED],
};

/** All projects that the caller may see. */
export function ProjectList() {
  const { management } = useIam();
  const { asOf, readOnly } = useAsOf();
  const links = useLinks();
  const navigate = useNavigate();
  const query = useListQuery();
  const [isCreating, setCreating] = useState(false);

  const search = query.get('q');
  const status = query.get('status');
  const organization = query.get('organization');
  const column = query.get('sort') === 'created' ? 'created' : 'name';
  const descending = query.get('order') === 'descending';
  const list = usePagedList(
    useCallback(
      async ({ pageToken, pageSize, signal }) => {
        const page = await management.listProjects(
          {
            organization,
            search,
            match: Match.SUBSTRING,
            statuses: STATUS_OF[status] ?? [],
            sort: column === 'created' ? Sort.CREATED : Sort.NAME,
            descending,
            asOf,
            pageToken,
            pageSize,
            total: true,
          },
          { signal },
        );
        return { ...page, items: page.projects };
      },
      [management, organization, search, status, column, descending, asOf],
    ),
  );

  const columns: ListColumn<Project>[] = [
    {
      id: 'name',
      label: 'Name',
      sortable: true,
      cell: ({ id, name, slug }) => (
        <>
          <Link href={links.toObject(id) ?? ''}>{name}</Link>{' '}
          <code>{slug}</code>
        </>
      ),
    },
    {
      id: 'organization',
      label: 'Organization',
      wide: true,
      cell: project => <ObjectName id={project.organization} />,
    },
    {
      id: 'status',
      label: 'Status',
      cell: project => <ProjectStatusBadge status={project.status} />,
    },
    {
      id: 'created',
      label: 'Created',
      sortable: true,
      wide: true,
      cell: ({ createdAt }) => <Time at={createdAt} />,
    },
  ];

  return (
    <Section
      title="Projects"
      level={2}
      description="An application, a service or a product, with the roles that people have in it."
      commands={
        <Button variant="primary" onPress={() => setCreating(true)}>
          Create project
        </Button>
      }
    >
      <ListToolbar
        searchLabel="Search projects"
        query={query}
        filters={
          <Select
            size="small"
            aria-label="Status"
            options={STATUSES}
            value={status}
            onChange={value => query.set({ status: String(value ?? '') })}
          />
        }
      />
      <ListTable
        label="Projects"
        list={list}
        columns={columns}
        idOf={({ id }) => id}
        sort={{
          descriptor: {
            column,
            direction: descending ? 'descending' : 'ascending',
          },
          onChange: by =>
            query.set({
              sort: by.column === 'created' ? 'created' : '',
              order: by.direction === 'descending' ? 'descending' : '',
            }),
        }}
        empty={
          <EmptyState
            title={
              search || status || organization
                ? 'No project fits'
                : 'There are no projects yet'
            }
            action={
              !readOnly && (
                <Button variant="secondary" onPress={() => setCreating(true)}>
                  Create project
                </Button>
              )
            }
          >
            A project has roles, and roles are what people are given.
          </EmptyState>
        }
      />
      {isCreating && (
        <ProjectForm
          title="Create project"
          submitLabel="Create"
          onClose={() => setCreating(false)}
          onSubmit={async values => {
            const made = await management.createProject({
              organization: values.get('organization'),
              name: values.get('name'),
              slug: values.get('slug'),
              description: values.get('description'),
            });
            navigate(links.toObject(made.id) ?? '');
            return made;
          }}
        >
          <OrganizationPicker
            label="Organization"
            name="organization"
            isRequired
          />
        </ProjectForm>
      )}
    </Section>
  );
}
