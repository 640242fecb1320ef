import { NotFoundErrorPage } from '@backstage/frontend-plugin-api';
import { Container, PluginHeader } from '@backstage/ui';
import { RiShieldKeyholeLine } from '@remixicon/react';
import { useMemo } from 'react';
import { AsOfBanner } from '../asOf/AsOfBanner';
import { AsOfControl } from '../asOf/AsOfControl';
import { NamesProvider } from '../display/Names';
import styles from './Console.module.css';
import { IamProvider } from './IamProvider';
import { Navigate, Route, Routes } from './router';
import { TabNav } from './TabNav';
import { useLinks } from './useLinks';

/** A tab of the console, and everything under its path. */
export interface Area {
  readonly path: string;
  readonly title: string;
  readonly element: JSX.Element;
}

/** The frame of the console: its header, its tabs, and the moment it shows. */
export function Console(props: { areas: readonly Area[] }) {
  const { areas } = props;
  const links = useLinks();
  const tabs = useMemo(
    () => areas.map(({ path, title }) => ({ href: links.to(path), title })),
    [areas, links],
  );
  const first = areas[0]?.path ?? '';

  return (
    <>
      <PluginHeader
        title="Access"
        icon={<RiShieldKeyholeLine />}
        className={styles.header}
        titleLink={links.to(first)}
        customActions={<AsOfControl />}
      />
      <Container>
        <TabNav label="Access" links={tabs} />
        <main className={styles.main}>
          <AsOfBanner />
          <IamProvider>
            <NamesProvider>
              <Routes>
                <Route
                  index
                  element={<Navigate to={links.to(first)} replace />}
                />
                {areas.map(({ path, element }) => (
                  <Route key={path} path={`${path}/*`} element={element} />
                ))}
                <Route path="*" element={<NotFoundErrorPage />} />
              </Routes>
            </NamesProvider>
          </IamProvider>
        </main>
      </Container>
    </>
  );
}
