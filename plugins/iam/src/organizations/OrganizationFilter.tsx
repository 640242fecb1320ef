import { useCallback } from 'react';
import type { ListQuery } from '../list/useListQuery';
import { OrganizationPicker } from '../picker/pickers';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';

const PARAMETER = 'organization';

/** The organization that a list is limited to; `iam.organization/<uuid>`. */
export function organizationOf(query: ListQuery): string {
  return query.get(PARAMETER);
}

/** Limits a list to one organization. */
export function OrganizationFilter(props: { query: ListQuery }) {
  const { query } = props;
  const chosen = useOrganizationChoice(organizationOf(query));
  return (
    <OrganizationPicker
      label="Organization"
      isLabelHidden
      placeholder="Any organization"
      chosen={chosen}
      onChoose={choice => query.set({ [PARAMETER]: choice?.id ?? '' })}
    />
  );
}

/** An organization as a picker knows it, once its name is read. */
export function useOrganizationChoice(organization: string) {
  const { management } = useIam();
  const { value } = useRead(
    useCallback(
      async (signal: AbortSignal) =>
        organization
          ? management.getOrganization({ organization }, { signal })
          : undefined,
      [management, organization],
    ),
  );
  return value && value.id === organization
    ? { id: value.id, label: value.name }
    : undefined;
}
