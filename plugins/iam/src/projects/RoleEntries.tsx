import { Button, Select, Text, TextField } from '@backstage/ui';
import { useId } from 'react';
import type { KnownPermission } from '../explorer/permissionCatalog';
import {
  coveredBy,
  hasWords,
  MAX_CONDITIONS,
  MAX_ENTRIES,
  type ConditionDraft,
  type ConditionKind,
  type EntryDraft,
  type EntryFaults,
} from './roleDraft';
import styles from './RoleEntries.module.css';

const CONDITIONS: readonly { value: ConditionKind; label: string }[] = [
  { value: 'owned', label: 'what they or their groups own' },
  { value: 'organization', label: 'things of the organization it is given in' },
  { value: 'tagged', label: 'what is tagged' },
  { value: 'kind', label: 'entities of the kind' },
];

/** What a role carries: permissions or patterns of them, each with conditions. */
export function RoleEntries(props: {
  entries: readonly EntryDraft[];
  faults: ReadonlyMap<number, EntryFaults>;
  known: readonly KnownPermission[];
  onChange: (entries: readonly EntryDraft[]) => void;
}) {
  const { entries, faults, known, onChange } = props;
  const list = useId();
  const put = (at: number, change: Partial<EntryDraft>) =>
    onChange(
      entries.map((entry, place) =>
        place === at ? { ...entry, ...change } : entry,
      ),
    );
  const add = () =>
    onChange([
      ...entries,
      {
        id: Math.max(-1, ...entries.map(({ id }) => id)) + 1,
        pattern: '',
        conditions: [],
      },
    ]);
  return (
    <fieldset className={styles.entries}>
      <legend className={styles.legend}>What it carries</legend>
      <Text as="p" variant="body-small" color="secondary">
        A permission such as <code>catalog.entity.read</code>, or a pattern in
        which <code>*</code> stands for one or more parts. Entries add up.
      </Text>
      <datalist id={list}>
        {known.map(({ name, description }) => (
          <option key={name} value={name}>
            {description}
          </option>
        ))}
      </datalist>
      {entries.map((entry, at) => (
        <div
          key={entry.id}
          className={styles.entry}
          role="group"
          aria-label={`Permission ${at + 1}`}
        >
          <div className={styles.line}>
            <div className={styles.field}>
              <label className={styles.label}>
                Permission or pattern
                <input
                  className={styles.input}
                  list={list}
                  value={entry.pattern}
                  maxLength={200}
                  spellCheck={false}
                  autoComplete="off"
                  aria-invalid={Boolean(faults.get(at)?.pattern)}
                  aria-describedby={`${list}-${entry.id}`}
                  onChange={event => put(at, { pattern: event.target.value })}
                />
              </label>
              <span id={`${list}-${entry.id}`}>
                {faults.get(at)?.pattern ? (
                  <span className={styles.fault}>
                    {faults.get(at)?.pattern}
                  </span>
                ) : (
                  <Coverage pattern={entry.pattern} known={known} />
                )}
              </span>
            </div>
            <Button
              size="small"
              variant="tertiary"
              aria-label={`Take out permission ${at + 1}`}
              onPress={() =>
                onChange(entries.filter(({ id }) => id !== entry.id))
              }
            >
              Take out
            </Button>
          </div>
          <Conditions
            conditions={entry.conditions}
            faults={faults.get(at)?.conditions ?? {}}
            onChange={conditions => put(at, { conditions })}
          />
        </div>
      ))}
      <div>
        <Button
          size="small"
          variant="secondary"
          isDisabled={entries.length >= MAX_ENTRIES}
          onPress={add}
        >
          Add a permission
        </Button>
      </div>
    </fieldset>
  );
}

const NAMED = 6;

/** Which known permissions a pattern covers. */
function Coverage(props: {
  pattern: string;
  known: readonly KnownPermission[];
}) {
  const covered = coveredBy(props.pattern, props.known);
  if (covered.length === 0) {
    return (
      <span className={styles.coverage}>
        Covers no permission that is known here. It counts all the same if a
        plugin asks for it.
      </span>
    );
  }
  if (covered.length === 1 && covered[0] === props.pattern.trim()) {
    const [only] = props.known.filter(({ name }) => name === covered[0]);
    return <span className={styles.coverage}>{only?.description}</span>;
  }
  return (
    <details className={styles.coverage}>
      <summary>
        Covers {covered.length}{' '}
        {covered.length === 1 ? 'permission' : 'permissions'} that are known:{' '}
        {covered.slice(0, NAMED).join(', ')}
        {covered.length > NAMED && ' …'}
      </summary>
      <ul className={styles.covered}>
        {covered.map(name => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </details>
  );
}

function Conditions(props: {
  conditions: readonly ConditionDraft[];
  faults: Readonly<Record<number, string>>;
  onChange: (conditions: readonly ConditionDraft[]) => void;
}) {
  const { conditions, faults, onChange } = props;
  const put = (at: number, change: Partial<ConditionDraft>) =>
    onChange(
      conditions.map((each, place) =>
        place === at ? { ...each, ...change } : each,
      ),
    );
  return (
    <div className={styles.conditions}>
      {conditions.map((condition, at) => (
        <div key={at} className={styles.line}>
          <Select
            size="small"
            label={at === 0 ? 'Only' : 'and only'}
            options={CONDITIONS.map(each => ({ ...each }))}
            value={condition.kind}
            onChange={value => put(at, { kind: value as ConditionKind })}
          />
          {hasWords(condition.kind) && (
            <TextField
              size="small"
              label="one of these"
              value={condition.words}
              onChange={words => put(at, { words })}
              isInvalid={Boolean(faults[at])}
              description={faults[at]}
            />
          )}
          <Button
            size="small"
            variant="tertiary"
            aria-label={`Take out condition ${at + 1}`}
            onPress={() => onChange(conditions.filter((_, n) => n !== at))}
          >
            Take out
          </Button>
        </div>
      ))}
      {conditions.length < MAX_CONDITIONS && (
        <div>
          <Button
            size="small"
            variant="tertiary"
            onPress={() =>
              onChange([...conditions, { kind: 'owned', words: '' }])
            }
          >
            {conditions.length === 0
              ? 'Narrow it to some things'
              : 'Narrow it further'}
          </Button>
        </div>
      )}
    </div>
  );
}
