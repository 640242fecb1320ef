/** What a caller may see, as parts of a list. */
import type { ListPart } from './readPage';
import type { Reach } from '../ViewAuthorizer';

/**
 * Of things that belong to an organization.
 *
 * @param organization - of these only those of this one
 */
export function partsOf(
  reach: Reach,
  instance: string,
  organization?: string,
): ListPart[] {
  if (organization === undefined) {
    return reach.everywhere
      ? [{ column: 't.instance', values: [instance] }]
      : [{ column: 't.organization', values: reach.organizations }];
  }
  return [
    {
      column: 't.organization',
      values: reachesOrganization(reach, organization) ? [organization] : [],
      // An id says nothing about whose it is.
      also: query => query.whereRaw('t.instance = ?', [instance]),
    },
  ];
}

/** Of projects: single ones as well. */
export function partsOfProjects(
  reach: Reach,
  instance: string,
  options: {
    organization?: string;
    /** The column with the project's id, and that with its organization's. */
    project: string;
    owner: string;
  },
): ListPart[] {
  const { organization, project, owner } = options;
  if (reach.everywhere && organization === undefined) {
    return [{ column: 't.instance', values: [instance] }];
  }
  const organizations =
    organization === undefined
      ? reach.organizations
      : [organization].filter(id => reachesOrganization(reach, id));
  return [
    {
      column: owner,
      values: organizations,
      also: query => query.whereRaw('t.instance = ?', [instance]),
    },
    {
      column: project,
      values: reach.everywhere ? [] : reach.projects,
      also: query => {
        query.whereRaw(`not ${owner} = any(?::text[])`, [[...organizations]]);
        if (organization !== undefined) {
          query.whereRaw(`${owner} = ?`, [organization]);
        }
      },
    },
  ];
}

function reachesOrganization(
  { everywhere, organizations }: Reach,
  organization: string,
): boolean {
  return (
    everywhere || (organizations as readonly string[]).includes(organization)
  );
}
