import styles from './Changes.module.css';
import type { FieldChange } from './policyDraft';

/** Field by field: what was, and what is to be. */
export function Changes(props: { changes: readonly FieldChange[] }) {
  return (
    <ul className={styles.changes}>
      {props.changes.map(({ label, before, after }) => (
        <li key={label}>
          {label}: <del>{before}</del> → <ins>{after}</ins>
        </li>
      ))}
    </ul>
  );
}
