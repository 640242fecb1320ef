import type { SourcePlanLine } from '@callboard/plugin-iam-common/api';
import styles from './PlanLines.module.css';

/** What a sign says, for those who don't see it. */
const SIGNS: Readonly<Record<string, string>> = {
  '+': 'To be added:',
  '~': 'To be changed:',
  '-': 'To be removed:',
  '?': 'Not described:',
  '!': 'Cannot be done:',
};

/** A plan line by line, each with the place in a file that it comes from. */
export function PlanLines(props: { lines: readonly SourcePlanLine[] }) {
  return (
    <ol className={styles.lines} aria-label="Plan">
      {props.lines.map(({ sign, text, indent, place }, at) => (
        <li key={at} className={styles.line} data-sign={sign}>
          <span className={styles.sign} aria-hidden>
            {sign}
          </span>
          {SIGNS[sign] && <span className={styles.words}>{SIGNS[sign]}</span>}
          <span
            className={styles.text}
            style={{ paddingInlineStart: `${indent * 2}ch` }}
          >
            {text}
          </span>
          {place && place.file && (
            <span className={styles.place}>
              {place.file}:{place.line}
            </span>
          )}
        </li>
      ))}
    </ol>
  );
}
