/** Access as code: what files describe, and what would have to be changed. */
import { Button, Text } from '@backstage/ui';
import {
  SourceMode,
  SourceState,
  type Source,
} from '@callboard/plugin-iam-common/api';
import { useCallback, useState } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { ErrorPanel } from '../display/ErrorPanel';
import { Read } from '../display/Read';
import { Time } from '../display/Time';
import { ConfirmDialog } from '../form/ConfirmDialog';
import { useCommand } from '../form/useCommand';
import { Facts } from '../object/Facts';
import { Section } from '../object/Section';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import styles from './AsCode.module.css';
import { PlanLines } from './PlanLines';
import { planSummary } from './planSummary';
import { SourceStateBadge } from './sourceState';

export function AsCode() {
  const { admin } = useIam();
  const { readOnly } = useAsOf();
  const sources = useRead(
    useCallback(
      async (signal: AbortSignal) =>
        (await admin.listSources({}, { signal })).sources,
      [admin],
    ),
  );
  return (
    <Section
      title="As code"
      level={2}
      description="Organizations, projects, roles, groups and grants that files describe, compared with what is there. Nothing is removed that is not marked for it."
      commands={
        <Button
          variant="secondary"
          isPending={sources.loading}
          onPress={sources.reload}
        >
          Read again
        </Button>
      }
    >
      {readOnly && (
        <EmptyState title="Plans are about now">
          What was there at a moment of the past is in the other tabs.
        </EmptyState>
      )}
      {!readOnly && (
        <Read reading={sources}>
          {all =>
            all.length === 0 ? (
              <EmptyState title="No source is configured">
                Name a file, a folder or a repository under{' '}
                <code>iam.asCode.sources</code> in the configuration of the
                portal.
              </EmptyState>
            ) : (
              <ul className={styles.sources} aria-label="Sources">
                {all.map(source => (
                  <SourceCard key={source.name} source={source} />
                ))}
              </ul>
            )
          }
        </Read>
      )}
    </Section>
  );
}

function SourceCard({ source }: { source: Source }) {
  const { admin } = useIam();
  const [isApplying, setApplying] = useState(false);
  const compare = useCommand(() => admin.planSource({ source: source.name }));
  const { plan } = source;
  const hasChanges = (plan?.changes.length ?? 0) > 0;
  return (
    <li className={styles.source}>
      <div className={styles.head}>
        <h3 className={styles.title}>{source.name}</h3>
        <SourceStateBadge state={source.state} />
        <span className={styles.commands}>
          <Button
            size="small"
            variant="secondary"
            isPending={compare.pending}
            aria-label={`Compare ${source.name} now`}
            onPress={() => compare.run()}
          >
            Compare now
          </Button>
          {hasChanges && (
            <Button
              size="small"
              variant="primary"
              isPending={source.applying}
              aria-label={`Apply ${source.name}`}
              onPress={() => setApplying(true)}
            >
              Apply
            </Button>
          )}
        </span>
      </div>
      {compare.error && <ErrorPanel error={compare.error} />}
      <Facts
        facts={[
          ['Read from', <code key="t">{source.target}</code>],
          [
            'Changes',
            source.mode === SourceMode.ENFORCE
              ? 'are made by themselves'
              : 'are made when somebody applies them',
          ],
          [
            'Revision',
            source.revision && <code key="r">{source.revision}</code>,
          ],
          [
            'Compared',
            source.comparedAt && <Time key="c" at={source.comparedAt} />,
          ],
          [
            'Applied',
            source.appliedAt && <Time key="a" at={source.appliedAt} />,
          ],
        ]}
      />
      {source.error && (
        <Text as="p" className={styles.error}>
          {source.state === SourceState.UNREADABLE
            ? 'It cannot be read: '
            : 'It cannot be compared: '}
          {source.error}
        </Text>
      )}
      {plan && (
        <>
          <Text as="p" weight="bold">
            {planSummary(plan)}
          </Text>
          {plan.lines.length > 0 && <PlanLines lines={plan.lines} />}
        </>
      )}
      {isApplying && plan && (
        <ConfirmDialog
          title={`Apply the plan of ${source.name}?`}
          confirmLabel="Apply"
          destructive={false}
          onClose={() => setApplying(false)}
          onConfirm={() =>
            admin.applySource({ source: source.name, plan: plan.id })
          }
        >
          <Text as="p">
            {planSummary(plan)} It is refused if there is another plan by then.
          </Text>
        </ConfirmDialog>
      )}
    </li>
  );
}
