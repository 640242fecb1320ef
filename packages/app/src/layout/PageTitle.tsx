import { configApiRef, useApi } from '@backstage/core-plugin-api';
import { Helmet } from 'react-helmet';
import { useLocation } from 'react-router-dom';
import { usePageTitle } from './usePageTitle';

/**
 * Names the browser's tab after the page that is open (WCAG 2.2, 2.4.2). What a
 * page says of itself further inside, such as an entity's name, goes first.
 */
export function PageTitle() {
  const { pathname } = useLocation();
  const pageTitle = usePageTitle();
  const portal =
    useApi(configApiRef).getOptionalString('app.title') ?? 'Callboard';
  return (
    <Helmet
      titleTemplate={`%s | ${portal}`}
      defaultTitle={portal}
      title={pageTitle(pathname)}
    />
  );
}
