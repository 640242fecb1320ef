import styles from './Logo.module.css';

/** Callboard's mark: a notice board with a pinned call. Decorative. */
function LogoMark({ size = 28 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      aria-hidden="true"
      focusable="false"
    >
      <rect
        x="4"
        y="7.5"
        width="24"
        height="19"
        rx="2.5"
        className={styles.frame}
      />
      <path d="M9 13.5h8M9 17.5h14M9 21.5h10" className={styles.lines} />
      <circle cx="22.5" cy="7.5" r="3.4" className={styles.pin} />
    </svg>
  );
}

/** The mark and the name beside each other. */
export function Logo() {
  return (
    <span className={styles.logo}>
      <LogoMark />
      <span className={styles.name}>Callboard</span>
    </span>
  );
}
