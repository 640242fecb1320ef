import type { NavContentComponentProps } from '@backstage/plugin-app-react';
import type { ReactNode } from 'react';
import { NavLink } from 'react-router-dom';
import { Logo } from '../brand/Logo';
import styles from './Navigation.module.css';
import { useUnreadNotifications } from './useUnreadNotifications';
import { Viewer } from './Viewer';

/** Pages in the order in which people look for them; new ones come after. */
const FIRST = ['page:home', 'page:catalog', 'page:api-docs', 'page:scaffolder'];
const LAST = ['page:search', 'page:notifications', 'page:user-settings'];

/** The side bar: the pages that plugins bring, and who is looking at them. */
export function Navigation({ navItems }: NavContentComponentProps) {
  const items = navItems.clone();
  const first = FIRST.flatMap(id => items.take(id) ?? []);
  const last = LAST.flatMap(id => items.take(id) ?? []);
  // Reached from an entity, not from the side bar.
  items.take('page:catalog-graph');
  const others = [...items.rest()].sort((a, b) =>
    a.title.localeCompare(b.title),
  );
  const unread = useUnreadNotifications();

  return (
    <div className={styles.column}>
      <div className={styles.brand}>
        <Logo />
      </div>
      <nav aria-label="Main" className={styles.nav}>
        <ul className={styles.list}>
          {[...first, ...others].map(item => (
            <NavigationLink key={item.href} {...item} />
          ))}
        </ul>
        <ul className={styles.list}>
          {last.map(item => (
            <NavigationLink
              key={item.href}
              {...item}
              badge={
                item.node.spec.id === 'page:notifications' ? unread : undefined
              }
            />
          ))}
        </ul>
      </nav>
      <Viewer />
    </div>
  );
}

function NavigationLink(props: {
  href: string;
  title: string;
  icon: ReactNode;
  badge?: number;
}) {
  return (
    <li>
      <NavLink to={props.href} end={props.href === '/'} className={styles.link}>
        <span className={styles.icon} aria-hidden="true">
          {props.icon}
        </span>
        <span className={styles.label}>{props.title}</span>
        {props.badge ? (
          <span className={styles.badge}>
            {props.badge > 99 ? '99+' : props.badge}
            <span className={styles.hiddenLabel}> unread</span>
          </span>
        ) : null}
      </NavLink>
    </li>
  );
}
