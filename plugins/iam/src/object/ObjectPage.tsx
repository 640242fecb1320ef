import { Link, Text } from '@backstage/ui';
import { RiArrowLeftLine } from '@remixicon/react';
import type { ReactNode } from 'react';
import { NotFoundErrorPage } from '@backstage/frontend-plugin-api';
import { useAsOf } from '../asOf/useAsOf';
import { Navigate, Route, Routes } from '../shell/router';
import { TabNav } from '../shell/TabNav';
import { useLinks } from '../shell/useLinks';
import styles from './ObjectPage.module.css';

/** A part of what there is to say about an object, under a path of its own. */
export interface ObjectTab {
  readonly path: string;
  readonly title: string;
  readonly content: ReactNode;
}

/** The page of one object: what it is, what can be done with it, and its tabs. */
export function ObjectPage(props: {
  /** The id of the object; its page is where links to it lead. */
  id: string;
  /** The list it is in. */
  list: { path: string; title: string };
  title: string;
  status?: ReactNode;
  /** A line under the title. */
  subtitle?: ReactNode;
  /** Buttons; not shown for the past. */
  commands?: ReactNode;
  tabs: readonly ObjectTab[];
}) {
  const links = useLinks();
  const { readOnly } = useAsOf();
  const first = props.tabs[0]?.path;

  return (
    <article className={styles.page} aria-label={props.title}>
      <div className={styles.head}>
        <Link
          href={links.to(props.list.path)}
          variant="body-small"
          className={styles.back}
        >
          <RiArrowLeftLine size={16} aria-hidden /> {props.list.title}
        </Link>
        <div className={styles.heading}>
          <h2 className={styles.title}>{props.title}</h2>
          {props.status}
          {!readOnly && <div className={styles.commands}>{props.commands}</div>}
        </div>
        {props.subtitle && (
          <Text as="p" color="secondary" className={styles.subtitle}>
            {props.subtitle}
          </Text>
        )}
      </div>
      <TabNav
        label={`About ${props.title}`}
        links={props.tabs.map(({ path, title }) => ({
          href: links.toObject(props.id, path) ?? '',
          title,
        }))}
      />
      <Routes>
        <Route
          index
          element={
            <Navigate to={links.toObject(props.id, first) ?? ''} replace />
          }
        />
        {props.tabs.map(({ path, content }) => (
          <Route
            key={path}
            path={`${path}/*`}
            element={<div className={styles.content}>{content}</div>}
          />
        ))}
        <Route path="*" element={<NotFoundErrorPage />} />
      </Routes>
    </article>
  );
}
