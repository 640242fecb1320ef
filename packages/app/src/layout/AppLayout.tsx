import { SidebarPinStateProvider } from '@backstage/core-components';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import { useEffect, useRef, useState } from 'react';
import { RiCloseLine, RiMenuLine } from '@remixicon/react';
import { useLocation } from 'react-router-dom';
import { Logo } from '../brand/Logo';
import styles from './AppLayout.module.css';
import { GuestBanner } from './GuestBanner';
import { PageTitle } from './PageTitle';

/**
 * This side bar can't be pinned or folded. Told that it is a mobile one, the
 * settings page leaves out its switch for that.
 */
const unpinnable = {
  isPinned: true,
  isMobile: true,
  toggleSidebarPinState: () => undefined,
};

/**
 * A side bar with the navigation and the page beside it. On narrow screens the
 * side bar becomes a panel behind a menu button. It takes the focus when it
 * opens. Escape and a click outside close it and give the focus back to the
 * button; a link in it closes it and moves the focus to the page.
 */
export function AppLayout(props: {
  navigation: ReactNode;
  content: ReactNode;
}) {
  const { pathname } = useLocation();
  const [menuOpen, setMenuOpen] = useState(false);
  const menuButton = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const wasOpen = useRef(false);

  useEffect(() => setMenuOpen(false), [pathname]);

  useEffect(() => {
    // React 18 knows no `inert` attribute; the DOM does.
    if (content.current) {
      content.current.inert = menuOpen;
    }
    if (menuOpen) {
      panel.current?.querySelector('a')?.focus();
    } else if (
      wasOpen.current &&
      document.activeElement !== menuButton.current
    ) {
      content.current?.focus();
    }
    wasOpen.current = menuOpen;
  }, [menuOpen]);

  const closeMenu = () => {
    setMenuOpen(false);
    menuButton.current?.focus();
  };

  const closeOnEscape = (event: KeyboardEvent) => {
    if (menuOpen && event.key === 'Escape') {
      event.stopPropagation();
      closeMenu();
    }
  };

  // Also for the page that is open already, whose path doesn't change.
  const closeOnLink = (event: MouseEvent) => {
    if (event.target instanceof Element && event.target.closest('a')) {
      setMenuOpen(false);
    }
  };

  return (
    <div className={styles.frame}>
      <PageTitle />
      <a className={styles.skip} href="#content">
        Skip to content
      </a>
      <header className={styles.topBar}>
        <button
          ref={menuButton}
          type="button"
          className={styles.menuButton}
          aria-expanded={menuOpen}
          aria-controls="navigation-panel"
          onClick={() => setMenuOpen(open => !open)}
        >
          {menuOpen ? <RiCloseLine aria-hidden /> : <RiMenuLine aria-hidden />}
          <span className={styles.hiddenLabel}>
            {menuOpen ? 'Close menu' : 'Open menu'}
          </span>
        </button>
        <Logo />
      </header>
      {/* eslint-disable-next-line jsx-a11y/no-static-element-interactions -- it only listens for the Escape that bubbles up from its links */}
      <div
        ref={panel}
        id="navigation-panel"
        className={styles.sideBar}
        data-open={menuOpen}
        onKeyDown={closeOnEscape}
        onClick={closeOnLink}
      >
        {props.navigation}
      </div>
      {menuOpen && (
        <div
          className={styles.backdrop}
          aria-hidden="true"
          onClick={closeMenu}
        />
      )}
      <div ref={content} id="content" className={styles.content} tabIndex={-1}>
        <GuestBanner />
        <SidebarPinStateProvider value={unpinnable}>
          {props.content}
        </SidebarPinStateProvider>
      </div>
    </div>
  );
}
