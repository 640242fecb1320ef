import { Link } from '@backstage/ui';
import { useEffect, useRef } from 'react';
import { useLocation } from './router';
import styles from './TabNav.module.css';

/**
 * Pages that lie side by side, as links. They are no tabs in the sense of ARIA:
 * each has an address, and there is no panel that they control.
 */
export function TabNav(props: {
  label: string;
  links: readonly { readonly href: string; readonly title: string }[];
}) {
  const { pathname } = useLocation();
  const nav = useRef<HTMLElement>(null);

  // On a narrow screen the page that is open may lie outside.
  useEffect(() => {
    const list = nav.current;
    const current = list?.querySelector('[aria-current]');
    if (list && current instanceof HTMLElement) {
      const middle = current.offsetLeft + current.offsetWidth / 2;
      list.scrollLeft = middle - list.clientWidth / 2;
    }
  }, [pathname]);

  return (
    <nav ref={nav} aria-label={props.label} className={styles.nav}>
      <ul className={styles.list}>
        {props.links.map(({ href, title }) => (
          <li key={href}>
            <Link
              href={href}
              standalone
              className={styles.link}
              aria-current={isWithin(pathname, href) ? 'page' : undefined}
            >
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function isWithin(pathname: string, href: string): boolean {
  const path = href.split('?', 1)[0] ?? href;
  return pathname === path || pathname.startsWith(`${path}/`);
}
