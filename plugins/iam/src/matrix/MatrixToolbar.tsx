import { SearchField, Select, Switch } from '@backstage/ui';
import { ListToolbar } from '../list/ListToolbar';
import type { ListQuery } from '../list/useListQuery';
import type { MatrixRole } from './cells';
import styles from './MatrixToolbar.module.css';

const KINDS = [
  { value: '', label: 'Everybody' },
  { value: 'person', label: 'People' },
  { value: 'machine', label: 'Machines' },
  { value: 'group', label: 'Groups' },
];

/** What of the matrix is shown, on both axes. All of it is in the address. */
export function MatrixToolbar(props: {
  query: ListQuery;
  organizations: readonly { id: string; name: string }[];
  organization: string;
  roles: readonly MatrixRole[];
  /** Only those who were given a role are shown. */
  isFiltered: boolean;
}) {
  const { query } = props;
  return (
    <ListToolbar
      searchLabel="Search by name"
      query={query}
      filters={
        <>
          <Select
            size="small"
            label="Kind"
            options={KINDS}
            value={query.get('kind')}
            onChange={value => query.set({ kind: String(value ?? '') })}
          />
          {props.organizations.length > 1 && (
            <Select
              size="small"
              label="Organization"
              options={props.organizations.map(({ id, name }) => ({
                value: id,
                label: name,
              }))}
              value={props.organization}
              onChange={value => query.set({ org: String(value ?? '') })}
            />
          )}
          <Select
            size="small"
            label="Has the role"
            options={[
              { value: '', label: 'Any or none' },
              ...props.roles.map(({ key, name }) => ({
                value: key,
                label: name,
              })),
            ]}
            value={query.get('role')}
            onChange={value => query.set({ role: String(value ?? '') })}
          />
          <SearchField
            size="small"
            className={styles.roles}
            aria-label="Filter the roles"
            placeholder="Filter the roles"
            value={query.get('roles')}
            onChange={roles => query.set({ roles })}
          />
          <Switch
            label="Only who was given a role"
            isSelected={props.isFiltered}
            isDisabled={query.get('role') !== ''}
            onChange={on => query.set({ granted: on ? '1' : '' })}
          />
        </>
      }
    />
  );
}
