/** Brings many people in from a file: first tried out, then stored. */
import { Alert, Button, Switch, Text } from '@backstage/ui';
import { useCallback, useId, useState } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { ErrorPanel } from '../display/ErrorPanel';
import { useListQuery } from '../list/useListQuery';
import { Section } from '../object/Section';
import { OrganizationPicker } from '../picker/pickers';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import styles from './Import.module.css';
import { toImportFile, type ImportFile } from './ImportFile';
import { ImportResult } from './ImportResult';
import { useImport } from './useImport';

const ORGANIZATION = /^iam\.organization\/[0-9a-f-]{36}$/;

export function Import() {
  const { readOnly } = useAsOf();
  return (
    <Section
      title="Import people"
      level={2}
      description="Up to 100,000 people from a CSV or JSON file. Rows that are wrong keep no others from being added, and an import that stopped goes on when the same file is chosen again."
    >
      {readOnly ? (
        <EmptyState title="Nothing can be imported into the past" />
      ) : (
        <ImportForm />
      )}
    </Section>
  );
}

function ImportForm() {
  const query = useListQuery();
  const chosen = useOrganization(query.get('organization'));
  const [file, setFile] = useState<ImportFile>();
  const [fault, setFault] = useState('');
  const [activate, setActivate] = useState(false);
  const progress = useImport();
  const fileId = useId();
  const isRunning = progress.step === 'trying' || progress.step === 'importing';

  const choose = async (picked: File | undefined) => {
    progress.reset();
    setFile(undefined);
    setFault('');
    if (picked) {
      try {
        setFile(await toImportFile(picked));
      } catch (thrown) {
        setFault(thrown instanceof Error ? thrown.message : `${thrown}`);
      }
    }
  };
  const start = (dryRun: boolean) => {
    if (file && chosen) {
      progress.run({ organization: chosen.id, file, activate }, dryRun);
    }
  };

  return (
    <div className={styles.import}>
      <OrganizationPicker
        label="Into the organization"
        isRequired
        chosen={chosen}
        onChoose={choice => {
          progress.reset();
          query.set({ organization: choice?.id ?? '' });
        }}
      />
      <div className={styles.file}>
        <label htmlFor={fileId}>File</label>
        <input
          id={fileId}
          type="file"
          accept=".csv,.json,.jsonl,.ndjson,text/csv,application/json"
          disabled={isRunning}
          aria-describedby={`${fileId}-about`}
          onChange={event => choose(event.target.files?.[0])}
        />
        <Text
          as="p"
          id={`${fileId}-about`}
          variant="body-small"
          color="secondary"
        >
          Columns or fields: <code>username</code>, <code>email</code>,{' '}
          <code>givenName</code>, <code>familyName</code>; if wanted{' '}
          <code>displayName</code>, <code>language</code>.
        </Text>
        {fault && <Alert role="alert" status="danger" icon title={fault} />}
      </div>
      <Switch
        label="They can sign in at once, and I answer for their e-mail addresses"
        isSelected={activate}
        isDisabled={isRunning}
        onChange={on => {
          setActivate(on);
          progress.reset();
        }}
      />
      {progress.error && <ErrorPanel error={progress.error} />}
      {file && chosen && (
        <ImportResult organization={chosen.id} file={file} state={progress} />
      )}
      <div className={styles.commands}>
        {isRunning ? (
          <Button variant="secondary" onPress={progress.stop}>
            Stop
          </Button>
        ) : (
          <Commands
            step={progress.step}
            isReady={Boolean(file && chosen)}
            count={progress.counts.valid}
            onStart={start}
          />
        )}
      </div>
    </div>
  );
}

function Commands(props: {
  step: ReturnType<typeof useImport>['step'];
  isReady: boolean;
  count: number;
  onStart: (dryRun: boolean) => void;
}) {
  switch (props.step) {
    case 'tried':
      return (
        <Button
          variant="primary"
          isDisabled={props.count === 0}
          onPress={() => props.onStart(false)}
        >
          {`Import ${props.count.toLocaleString('en')} people`}
        </Button>
      );
    case 'stopped':
      return (
        <Button variant="primary" onPress={() => props.onStart(false)}>
          Go on
        </Button>
      );
    case 'imported':
      return null;
    default:
      return (
        <Button
          variant="primary"
          isDisabled={!props.isReady}
          onPress={() => props.onStart(true)}
        >
          Try it out
        </Button>
      );
  }
}

function useOrganization(inAddress: string) {
  const { management } = useIam();
  const id = ORGANIZATION.test(inAddress) ? inAddress : '';
  const { value } = useRead(
    useCallback(
      async (signal: AbortSignal) => {
        if (!id) {
          return undefined;
        }
        const { name } = await management.getOrganization(
          { organization: id },
          { signal },
        );
        return { id, label: name };
      },
      [management, id],
    ),
  );
  return value?.id === id ? value : undefined;
}
