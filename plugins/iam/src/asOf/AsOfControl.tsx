import {
  Button,
  DialogTrigger,
  Flex,
  Popover,
  Text,
  TextField,
} from '@backstage/ui';
import { RiHistoryLine } from '@remixicon/react';
import { useState, type FormEvent } from 'react';
import styles from './AsOfControl.module.css';
import { describeMoment } from './AsOfBanner';
import { formatLocal, parseLocal } from './localTime';
import { parseMoment } from './Moment';
import { useAsOf } from './useAsOf';

const HOUR = 60 * 60 * 1000;

const STEPS = [
  { label: 'An hour ago', ms: HOUR },
  { label: 'A day ago', ms: 24 * HOUR },
  { label: 'A week ago', ms: 7 * 24 * HOUR },
  { label: 'A month ago', ms: 30 * 24 * HOUR },
];

/** Chooses the moment that the console shows. */
export function AsOfControl() {
  const { moment, travelTo } = useAsOf();
  const [isOpen, setOpen] = useState(false);

  const go = (target: Parameters<typeof travelTo>[0]) => {
    setOpen(false);
    travelTo(target);
  };

  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setOpen}>
      <Button
        size="small"
        variant="secondary"
        iconStart={<RiHistoryLine aria-hidden />}
        aria-label={
          moment
            ? `Shown as of ${describeMoment(moment)}. Change the moment`
            : 'Shown as of now. Change the moment'
        }
      >
        {moment ? capitalized(describeMoment(moment)) : 'Now'}
      </Button>
      <Popover aria-label="As of">
        <div className={styles.panel}>
          <Text as="p" variant="body-small" color="secondary">
            See who might do what at any moment of the past.
          </Text>
          <Flex gap="2" className={styles.steps}>
            {STEPS.map(({ label, ms }) => (
              <Button
                key={label}
                size="small"
                variant="secondary"
                onPress={() =>
                  go({ kind: 'time', time: new Date(Date.now() - ms) })
                }
              >
                {label}
              </Button>
            ))}
          </Flex>
          <MomentForm
            initial={
              moment?.kind === 'time' ? moment.time : new Date(Date.now())
            }
            onChoose={go}
          />
          {moment && (
            <Button
              variant="tertiary"
              size="small"
              onPress={() => go(undefined)}
            >
              Back to now
            </Button>
          )}
        </div>
      </Popover>
    </DialogTrigger>
  );
}

function capitalized(text: string): string {
  return text.charAt(0).toLocaleUpperCase('en') + text.slice(1);
}

function MomentForm(props: {
  initial: Date;
  onChoose: (moment: ReturnType<typeof parseMoment>) => void;
}) {
  const [time, setTime] = useState(() => formatLocal(props.initial));
  const [position, setPosition] = useState('');
  const chosen = position ? parseMoment(position) : parseLocal(time);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (chosen) {
      props.onChoose(chosen);
    }
  };

  return (
    <form onSubmit={submit} className={styles.form}>
      <label className={styles.time}>
        <span>Date and time</span>
        <input
          type="datetime-local"
          value={time}
          onChange={event => {
            setTime(event.target.value);
            setPosition('');
          }}
        />
      </label>
      <TextField
        size="small"
        label="Or after the event at position"
        inputMode="numeric"
        value={position}
        onChange={setPosition}
        isInvalid={position !== '' && !chosen}
      />
      <Button type="submit" size="small" variant="primary" isDisabled={!chosen}>
        Show
      </Button>
    </form>
  );
}
