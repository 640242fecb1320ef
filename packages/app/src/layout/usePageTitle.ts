import { useApi } from '@backstage/core-plugin-api';
import {
  appTreeApiRef,
  coreExtensionData,
} from '@backstage/frontend-plugin-api';
import { useCallback, useMemo } from 'react';

/**
 * Tells a path's name as people know it from the navigation: the title of the
 * page that serves it, or the path itself where no page does.
 */
export function usePageTitle(): (pathname: string) => string {
  const appTreeApi = useApi(appTreeApiRef);

  const titles = useMemo(() => {
    const routes = appTreeApi.getTree().tree.nodes.get('app/routes');
    const pages = routes?.edges.attachments.get('routes') ?? [];
    return pages
      .flatMap(({ instance, spec }) => {
        const path = instance?.getData(coreExtensionData.routePath);
        const title =
          instance?.getData(coreExtensionData.title) ?? spec.plugin.title;
        return path && title ? [{ path, title }] : [];
      })
      .sort((a, b) => b.path.length - a.path.length);
  }, [appTreeApi]);

  return useCallback(
    pathname =>
      titles.find(
        ({ path }) => pathname === path || pathname.startsWith(`${path}/`),
      )?.title ?? pathname,
    [titles],
  );
}
