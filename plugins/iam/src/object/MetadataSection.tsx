import { TextAreaField, TextField } from '@backstage/ui';
import { EmptyState } from '../display/EmptyState';
import { CommandButton } from '../form/CommandButton';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { FormDialog } from '../form/FormDialog';
import { useAsOf } from '../asOf/useAsOf';
import styles from './MetadataSection.module.css';
import { Section } from './Section';

/** What an organization notes about something, by key. */
export function MetadataSection(props: {
  metadata: Readonly<Record<string, string>>;
  onSet: (key: string, value: string) => Promise<unknown>;
  onRemove: (key: string) => Promise<unknown>;
}) {
  const { readOnly } = useAsOf();
  const entries = Object.entries(props.metadata).sort(([a], [b]) =>
    a.localeCompare(b),
  );
  return (
    <Section
      title="Metadata"
      description="Notes of yours, by key. Nothing in the portal depends on them; other systems may read them."
      commands={
        <CommandButton
          label="Add an entry"
          dialog={close => <EntryDialog onClose={close} onSet={props.onSet} />}
        />
      }
    >
      {entries.length === 0 ? (
        <EmptyState title="No metadata" />
      ) : (
        <dl className={styles.entries}>
          {entries.map(([key, value]) => (
            <div key={key} className={styles.entry}>
              <dt className={styles.key}>
                <code>{key}</code>
              </dt>
              <dd className={styles.value}>{value}</dd>
              {!readOnly && (
                <dd className={styles.commands}>
                  <CommandButton
                    label="Change"
                    variant="tertiary"
                    aria-label={`Change ${key}`}
                    dialog={close => (
                      <EntryDialog
                        entry={{ key, value }}
                        onClose={close}
                        onSet={props.onSet}
                      />
                    )}
                  />
                  <CommandButton
                    label="Remove"
                    variant="tertiary"
                    aria-label={`Remove ${key}`}
                    dialog={close => (
                      <ConfirmDialog
                        title="Remove an entry"
                        confirmLabel="Remove"
                        onClose={close}
                        onConfirm={() => props.onRemove(key)}
                      >
                        <p>
                          Removes <code>{key}</code>. The history keeps it.
                        </p>
                      </ConfirmDialog>
                    )}
                  />
                </dd>
              )}
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
}

function EntryDialog(props: {
  entry?: { key: string; value: string };
  onClose: () => void;
  onSet: (key: string, value: string) => Promise<unknown>;
}) {
  const { entry } = props;
  return (
    <FormDialog
      title={entry ? `Change ${entry.key}` : 'Add an entry'}
      submitLabel={entry ? 'Save' : 'Add'}
      onClose={props.onClose}
      onSubmit={values =>
        props.onSet(entry?.key ?? values.get('key'), values.get('value'))
      }
    >
      {!entry && (
        <TextField name="key" label="Key" isRequired maxLength={200} />
      )}
      <TextAreaField
        name="value"
        label="Value"
        isRequired
        defaultValue={entry?.value}
      />
    </FormDialog>
  );
}
