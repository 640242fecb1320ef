import { useRouteRef } from '@backstage/frontend-plugin-api';
import { useMemo } from 'react';
import { rootRouteRef } from '../routes';
import { typeOf, uuidOf } from './ids';
import { useLocation } from './router';

const AREA_OF: Record<string, string> = {
  'iam.organization': 'organizations',
  'iam.user': 'people',
  'iam.group': 'groups',
  'iam.project': 'projects',
};

/** Addresses inside the console. All of them keep the moment that is shown. */
export interface Links {
  /** A path under the console, such as `people?organization=…`. */
  to(path: string): string;
  /** The page of an organization, user, group or project; undefined for others. */
  toObject(id: string, tab?: string): string | undefined;
}

export function useLinks(): Links {
  const root = useRouteRef(rootRouteRef)?.() ?? '/access';
  const { search } = useLocation();
  const asOf = new URLSearchParams(search).get('asOf');

  return useMemo(() => {
    const to = (path: string) => {
      const [pathname = '', query = ''] = path.split('?');
      const parameters = new URLSearchParams(query);
      if (asOf !== null) {
        parameters.set('asOf', asOf);
      }
      const rest = `${parameters}`;
      return `${root}/${pathname}${rest && `?${rest}`}`;
    };
    return {
      to,
      toObject: (id, tab) => {
        const area = AREA_OF[typeOf(id)];
        return area && to(`${area}/${uuidOf(id)}${tab ? `/${tab}` : ''}`);
      },
    };
  }, [root, asOf]);
}
