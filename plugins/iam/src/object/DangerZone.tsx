import { Button, Text } from '@backstage/ui';
import { useState, type ReactNode } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import styles from './DangerZone.module.css';
import { Section } from './Section';

/** Something that hurts: what it does, and the dialog that does it. */
export interface DangerousDeed {
  readonly title: string;
  readonly description: string;
  readonly button: string;
  /** It gives something back. */
  readonly restores?: boolean;
  /** The dialog that asks and then does it. */
  readonly dialog: (close: () => void) => ReactNode;
}

/** What cannot be undone, or hurts many. Not shown for the past. */
export function DangerZone(props: { deeds: readonly DangerousDeed[] }) {
  const { readOnly } = useAsOf();
  const [open, setOpen] = useState<string>();
  const close = () => setOpen(undefined);
  if (readOnly || props.deeds.length === 0) {
    return null;
  }
  return (
    <Section title="Danger zone" danger>
      <ul className={styles.deeds}>
        {props.deeds.map(({ title, description, button, restores, dialog }) => (
          <li key={title} className={styles.deed}>
            <div className={styles.text}>
              <Text as="p" weight="bold">
                {title}
              </Text>
              <Text as="p" color="secondary">
                {description}
              </Text>
            </div>
            <Button
              variant="secondary"
              destructive={!restores}
              onPress={() => setOpen(title)}
            >
              {button}
            </Button>
            {open === title && dialog(close)}
          </li>
        ))}
      </ul>
    </Section>
  );
}
