import { Text } from '@backstage/ui';
import type { Cell } from './cells';
import { MatrixCell } from './MatrixCell';
import styles from './MatrixLegend.module.css';

const held = { expired: false, decidedBy: '', position: 0 };
const group = { through: [{ id: '', name: '' }], expired: false };

const MARKS: readonly [cell: Cell, meaning: string][] = [
  [{ direct: held, inherited: [] }, 'given'],
  [{ inherited: [group] }, 'through a group'],
  [{ direct: held, inherited: [group] }, 'both'],
  [{ direct: { ...held, expiresAt: 0 }, inherited: [] }, 'ends by itself'],
];

/** What the marks mean, and the keys. */
export function MatrixLegend() {
  return (
    <div className={styles.legend}>
      {MARKS.map(([cell, meaning]) => (
        <span key={meaning} className={styles.mark}>
          <span className={styles.sample} aria-hidden>
            <MatrixCell
              cell={cell}
              edit={undefined}
              lock={undefined}
              format={() => ''}
            />
          </span>
          {meaning}
        </span>
      ))}
      <Text as="span" variant="body-small" color="secondary">
        Arrow keys move, with Shift they select; Space changes, Enter opens,
        Ctrl+Z takes back.
      </Text>
    </div>
  );
}
