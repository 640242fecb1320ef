import styles from './Loading.module.css';

/** Stands where something will be. */
export function Loading(props: { label?: string }) {
  return (
    <div
      className={styles.loading}
      role="status"
      aria-busy="true"
      aria-label={props.label ?? 'Loading'}
    >
      <span />
      <span />
      <span />
    </div>
  );
}
