/** One cell in full: what holds, through what, since when; and until when it is to. */
import {
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Link,
  Radio,
  RadioGroup,
  Text,
} from '@backstage/ui';
import { useId, useState } from 'react';
import { formatLocal, parseLocal } from '../asOf/localTime';
import { DecidedBy } from '../explorer/DecidedBy';
import { useLinks } from '../shell/useLinks';
import styles from './CellDialog.module.css';
import type { Cell, CellLock } from './cells';
import { hasNow, type CellRef, type Edit, type Wanted } from './Editing';
import { inWords } from './MatrixCell';

type Choice = 'none' | 'forever' | 'until';

const MONTH = 30 * 24 * 60 * 60 * 1000;

export function CellDialog(props: {
  cell: CellRef;
  shown: Cell | undefined;
  edit: Edit | undefined;
  lock: CellLock | undefined;
  format: (time: number) => string;
  onWant: (wanted: Wanted) => void;
  onClose: () => void;
}) {
  const { cell, shown, edit, lock, format } = props;
  const { subject, role, direct } = cell;
  const links = useLinks();
  const begin = edit?.wanted ?? {
    granted: hasNow(direct),
    expiresAt: hasNow(direct) ? direct.expiresAt : undefined,
  };
  const [choice, setChoice] = useState<Choice>(choiceOf(begin));
  const [time, setTime] = useState(() =>
    formatLocal(new Date(begin.expiresAt ?? Date.now() + MONTH)),
  );
  const timeId = useId();
  const moment = parseLocal(time);
  const expiresAt =
    choice === 'until' && moment?.kind === 'time'
      ? moment.time.getTime()
      : undefined;
  const isPast =
    choice === 'until' && (expiresAt === undefined || expiresAt <= Date.now());

  const apply = () => {
    props.onWant(
      choice === 'none' ? { granted: false } : { granted: true, expiresAt },
    );
    props.onClose();
  };

  return (
    <Dialog
      isOpen
      onOpenChange={isOpen => !isOpen && props.onClose()}
      width="min(34rem, 94vw)"
    >
      <DialogHeader>{`${subject.name}: ${role.name}`}</DialogHeader>
      <DialogBody>
        <div className={styles.body}>
          <Text as="p">{inWords({ cell: shown, edit, lock, format })}</Text>
          {direct && (
            <DecidedBy
              position={direct.position}
              by={direct.decidedBy}
              at={direct.since}
            />
          )}
          {shown && shown.inherited.length > 0 && (
            <section aria-label="Through groups">
              <Text as="p" weight="bold">
                Through groups
              </Text>
              <ul className={styles.ways}>
                {shown.inherited.map(
                  ({ through, expiresAt: ends, expired }) => (
                    <li key={through.map(({ id }) => id).join()}>
                      {through.map(({ id, name }, at) => (
                        <span key={id}>
                          {at > 0 && ' in '}
                          <Link href={links.toObject(id) ?? '#'}>{name}</Link>
                        </span>
                      ))}
                      {ends !== undefined &&
                        `, ${expired ? 'ended' : 'until'} ${format(ends)}`}
                    </li>
                  ),
                )}
              </ul>
              <Text as="p" variant="body-small" color="secondary">
                Change it where the group has the role, or take {subject.name}{' '}
                out of the group.
              </Text>
            </section>
          )}
          {!lock && (
            <>
              <RadioGroup
                label={`What ${subject.name} is to be given`}
                value={choice}
                onChange={value => setChoice(value as Choice)}
              >
                <Radio value="none">Nothing</Radio>
                <Radio value="forever">The role, without an end</Radio>
                <Radio value="until">The role, until</Radio>
              </RadioGroup>
              {choice === 'until' && (
                <label className={styles.time} htmlFor={timeId}>
                  Ends on
                  <input
                    id={timeId}
                    type="datetime-local"
                    value={time}
                    aria-invalid={isPast}
                    aria-describedby={isPast ? `${timeId}-fault` : undefined}
                    onChange={event => setTime(event.target.value)}
                  />
                  {isPast && (
                    <span id={`${timeId}-fault`} className={styles.fault}>
                      Must be in the future
                    </span>
                  )}
                </label>
              )}
            </>
          )}
        </div>
      </DialogBody>
      <DialogFooter>
        <Button variant="secondary" onPress={props.onClose}>
          {lock ? 'Close' : 'Cancel'}
        </Button>
        {!lock && (
          <Button variant="primary" isDisabled={isPast} onPress={apply}>
            Apply
          </Button>
        )}
      </DialogFooter>
    </Dialog>
  );
}

function choiceOf({ granted, expiresAt }: Wanted): Choice {
  if (!granted) {
    return 'none';
  }
  return expiresAt === undefined ? 'forever' : 'until';
}
