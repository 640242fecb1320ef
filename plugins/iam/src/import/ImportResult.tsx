import { fetchApiRef, useApi } from '@backstage/frontend-plugin-api';
import { Button, Text } from '@backstage/ui';
import { ErrorPanel } from '../display/ErrorPanel';
import { useCommand } from '../form/useCommand';
import { errorOfBody } from './errorOfBody';
import type { ImportFile } from './ImportFile';
import styles from './ImportResult.module.css';
import { SHOWN_FAILURES, type ImportState } from './useImport';

const number = new Intl.NumberFormat('en');

/** How far an import has come, and which rows made nobody. */
export function ImportResult(props: {
  organization: string;
  file: ImportFile;
  state: ImportState;
}) {
  const { state } = props;
  if (state.step === 'ready') {
    return null;
  }
  return (
    <section className={styles.result} aria-label="Result">
      <progress
        className={styles.progress}
        aria-label="Rows dealt with"
        max={state.total ?? undefined}
        value={valueOf(state)}
      />
      <Text as="p" role="status">
        {summaryOf(state)}
      </Text>
      {state.failures.length > 0 && <Failures state={state} />}
      {(state.step === 'imported' || state.step === 'stopped') && (
        <Report {...props} />
      )}
    </section>
  );
}

/** Undefined: nobody knows how much is left. */
function valueOf({ step, counts, total }: ImportState): number | undefined {
  if (step === 'trying') {
    return undefined;
  }
  return total === undefined ? undefined : Math.min(counts.rows, total);
}

export function summaryOf({ step, counts, total }: ImportState): string {
  const of = total === undefined ? '' : ` of ${number.format(total)}`;
  const rows = `${number.format(counts.rows)}${of} rows`;
  const failed = `${number.format(counts.failed)} ${counts.failed === 1 ? 'row is' : 'rows are'} wrong`;
  switch (step) {
    case 'trying':
      return `Trying it out: ${rows} looked at, ${failed}.`;
    case 'tried':
      return `Tried out, nothing is stored: ${number.format(counts.valid)} people would be added, ${failed}.`;
    case 'importing':
      return `${rows} dealt with: ${number.format(counts.added)} people added, ${failed}.`;
    case 'stopped':
      return `Stopped after ${rows}. What was added stays; go on, or choose the same file another time.`;
    default:
      return `Done: ${number.format(counts.added)} people added, ${failed}.`;
  }
}

function Failures({ state }: { state: ImportState }) {
  const { failures, counts } = state;
  return (
    <div className={styles.scroll}>
      <table className={styles.failures}>
        <caption>
          {counts.failed > SHOWN_FAILURES
            ? `The first ${SHOWN_FAILURES} rows that are wrong`
            : 'Rows that are wrong'}
        </caption>
        <thead>
          <tr>
            <th scope="col">Row</th>
            <th scope="col">Field</th>
            <th scope="col">What is wrong</th>
          </tr>
        </thead>
        <tbody>
          {failures.map(({ row, field, message, code }) => (
            <tr key={row}>
              <td>{row}</td>
              <td>{field && <code>{field}</code>}</td>
              <td title={code}>{message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The report of every row, from the server: also of rows of earlier runs. */
function Report(props: { organization: string; file: ImportFile }) {
  const fetchApi = useApi(fetchApiRef);
  const { organization, file } = props;
  const download = useCommand(async () => {
    const response = await fetchApi.fetch(
      `plugin://iam/management/v1/${organization}/userImports/${file.importId}/report`,
    );
    if (!response.ok) {
      throw errorOfBody(await response.json().catch(() => undefined));
    }
    const url = URL.createObjectURL(await response.blob());
    const link = document.createElement('a');
    link.href = url;
    link.download = `${file.name.replace(/\.\w+$/, '')}-report.csv`;
    link.click();
    URL.revokeObjectURL(url);
    return true;
  });
  return (
    <>
      {download.error && <ErrorPanel error={download.error} />}
      <div>
        <Button
          variant="secondary"
          isPending={download.pending}
          onPress={() => download.run()}
        >
          Download the report
        </Button>
      </div>
    </>
  );
}
