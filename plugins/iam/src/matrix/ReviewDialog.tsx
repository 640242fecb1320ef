/**
 * Shows what a save would do, saves it as one command, and asks again where
 * somebody else has changed a cell meanwhile.
 */
import type { ApiError } from '@callboard/api-client';
import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Radio,
  RadioGroup,
  Text,
} from '@backstage/ui';
import { useState } from 'react';
import { ErrorPanel } from '../display/ErrorPanel';
import { EMPTY_CELL, type Cell } from './cells';
import { describeNow, type Conflict } from './conflicts';
import { MAX_EDITS, type Edit, type Editing } from './Editing';
import { countKinds, reviewOf, type ReviewedSubject } from './review';
import styles from './ReviewDialog.module.css';
import { editAtField } from './toGrantChanges';

export type SaveState =
  | { readonly step: 'review' }
  | { readonly step: 'saving' }
  | { readonly step: 'refused'; readonly error: ApiError }
  | { readonly step: 'conflict'; readonly conflicts: readonly Conflict[] };

export function ReviewDialog(props: {
  projectName: string;
  editing: Editing;
  state: SaveState;
  cellOf: (edit: Edit) => Cell | undefined;
  format: (time: number) => string;
  onDrop: (edit: Edit) => void;
  onSave: () => void;
  /** Goes on with the edits that are kept on top of how the cells are now. */
  onDecided: (given: readonly Edit[]) => void;
  onClose: () => void;
}) {
  const { editing, state, format } = props;
  const reviewed = reviewOf(
    editing.edits,
    edit => props.cellOf(edit) ?? EMPTY_CELL,
    format,
  );
  return (
    <Dialog
      isOpen
      isDismissable={false}
      onOpenChange={isOpen => !isOpen && props.onClose()}
      width="min(42rem, 94vw)"
    >
      {state.step === 'conflict' ? (
        <Conflicts
          conflicts={state.conflicts}
          format={format}
          onDecided={props.onDecided}
          onClose={props.onClose}
        />
      ) : (
        <>
          <DialogHeader>{`Changes in ${props.projectName}`}</DialogHeader>
          <DialogBody>
            <div className={styles.body}>
              {state.step === 'refused' && (
                <Refusal {...props} error={state.error} />
              )}
              {editing.isTooLarge && (
                <Alert
                  status="danger"
                  icon
                  title={`One save takes ${MAX_EDITS} changes at most`}
                  description={`There are ${editing.size}. Take some out, and save those afterwards.`}
                />
              )}
              <Text as="p">{summary(reviewed)}</Text>
              <Diff
                reviewed={reviewed}
                onDrop={props.onDrop}
                isSaving={state.step === 'saving'}
              />
              <Text as="p" variant="body-small" color="secondary">
                All of it is saved as one change, or nothing of it.
              </Text>
            </div>
          </DialogBody>
          <DialogFooter>
            <Button variant="secondary" onPress={props.onClose}>
              Go on editing
            </Button>
            <Button
              variant="primary"
              isDisabled={editing.size === 0 || editing.isTooLarge}
              isPending={state.step === 'saving'}
              onPress={props.onSave}
            >
              Save
            </Button>
          </DialogFooter>
        </>
      )}
    </Dialog>
  );
}

function Refusal({ error, editing }: { error: ApiError; editing: Editing }) {
  const about = error.fields
    .map(({ field }) => editAtField(field, editing.edits))
    .find(edit => edit !== undefined);
  return (
    <ErrorPanel
      error={error}
      title={
        about
          ? `Nothing was saved because of ${about.subject.name} and ${about.role.name}`
          : 'Nothing was saved'
      }
    />
  );
}

function Diff(props: {
  reviewed: readonly ReviewedSubject[];
  isSaving: boolean;
  onDrop: (edit: Edit) => void;
}) {
  return (
    <ul className={styles.subjects} aria-label="Changes">
      {props.reviewed.map(({ subject, edits }) => (
        <li key={subject.id}>
          <Text as="p" weight="bold" className={styles.subject}>
            {subject.name}
            <span className={styles.detail}>{subject.detail}</span>
          </Text>
          <ul className={styles.edits}>
            {edits.map(({ edit, kind, sentence, remark }) => (
              <li key={edit.role.key} className={styles.edit} data-kind={kind}>
                <span className={styles.sentence}>
                  {sentence}
                  {remark && <span className={styles.remark}>{remark}</span>}
                </span>
                <Button
                  size="small"
                  variant="tertiary"
                  isDisabled={props.isSaving}
                  aria-label={`Leave out: ${subject.name} ${sentence}`}
                  onPress={() => props.onDrop(edit)}
                >
                  Leave out
                </Button>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function Conflicts(props: {
  conflicts: readonly Conflict[];
  format: (time: number) => string;
  onDecided: (given: readonly Edit[]) => void;
  onClose: () => void;
}) {
  const { conflicts, format } = props;
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({});
  const isDecided = conflicts.every((_, at) => chosen[at] !== undefined);
  return (
    <>
      <DialogHeader>Changed meanwhile</DialogHeader>
      <DialogBody>
        <div className={styles.body}>
          <Alert
            role="alert"
            status="warning"
            icon
            title="Somebody else has changed some of these cells"
            description="Nothing has been saved. Decide for each of them what is to be."
          />
          {conflicts.map((conflict, at) => {
            const { edit } = conflict;
            const { subject, role, wanted } = edit;
            const mine = wanted.granted
              ? `is to have ${role.name}${wanted.expiresAt === undefined ? ' without an end' : ` until ${format(wanted.expiresAt)}`}`
              : `is to lose ${role.name}`;
            return (
              <RadioGroup
                key={`${subject.id} ${role.key}`}
                label={`${subject.name}: ${role.name}`}
                value={chosen[at] ?? ''}
                onChange={value => setChosen({ ...chosen, [at]: value })}
              >
                <Radio value="theirs">
                  {`Leave it: ${subject.name} ${describeNow(conflict, format)}`}
                </Radio>
                <Radio value="mine">{`Change it: ${subject.name} ${mine}`}</Radio>
              </RadioGroup>
            );
          })}
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" onPress={props.onClose}>
          Go on editing
        </Button>
        <Button
          variant="primary"
          isDisabled={!isDecided}
          onPress={() =>
            props.onDecided(
              conflicts
                .filter((_, at) => chosen[at] === 'theirs')
                .map(({ edit }) => edit),
            )
          }
        >
          Review again
        </Button>
      </DialogFooter>
    </>
  );
}

/** "4 changes: 2 roles gained, 1 lost, 1 with another end." */
export function summary(reviewed: readonly ReviewedSubject[]): string {
  const { gains, loses, changes } = countKinds(reviewed);
  const total = gains + loses + changes;
  const parts = [
    gains > 0 && `${gains} gained`,
    loses > 0 && `${loses} lost`,
    changes > 0 && `${changes} with another end`,
  ].filter(Boolean);
  return total === 0
    ? 'No changes.'
    : `${total} ${total === 1 ? 'change' : 'changes'}: ${parts.join(', ')}.`;
}
