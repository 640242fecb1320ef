import { Button, Text } from '@backstage/ui';
import { EMPTY_CELL, type Cell } from './cells';
import styles from './EditBar.module.css';
import type { Edit, Editing } from './Editing';
import { reviewOf } from './review';
import { summary } from './ReviewDialog';

/** What is edited and not saved, at the foot of the window. */
export function EditBar(props: {
  editing: Editing;
  cellOf: (edit: Edit) => Cell | undefined;
  format: (time: number) => string;
  onUndo: () => void;
  onRedo: () => void;
  onDiscard: () => void;
  onReview: () => void;
}) {
  const { editing } = props;
  return (
    <section className={styles.bar} aria-label="Unsaved changes">
      <Text as="p" role="status" className={styles.summary}>
        {summary(
          reviewOf(
            editing.edits,
            edit => props.cellOf(edit) ?? EMPTY_CELL,
            props.format,
          ),
        )}
      </Text>
      <div className={styles.commands}>
        <Button
          size="small"
          variant="tertiary"
          isDisabled={!editing.canUndo}
          onPress={props.onUndo}
        >
          Undo
        </Button>
        <Button
          size="small"
          variant="tertiary"
          isDisabled={!editing.canRedo}
          onPress={props.onRedo}
        >
          Redo
        </Button>
        <Button size="small" variant="secondary" onPress={props.onDiscard}>
          Discard
        </Button>
        <Button size="small" variant="primary" onPress={props.onReview}>
          Review and save
        </Button>
      </div>
    </section>
  );
}
