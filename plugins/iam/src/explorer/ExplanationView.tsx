import { Alert } from '@backstage/ui';
import { AccessDecision } from '@callboard/plugin-iam-common/api';
import type { ReactNode } from 'react';
import { ObjectName } from '../display/Names';
import { formatTime } from '../display/Time';
import { DecidedBy } from './DecidedBy';
import type { ExplainedChain, Part, Step } from './ExplainedChain';
import styles from './ExplanationView.module.css';

/** What was found out about a question. */
export interface Finding {
  readonly decision: AccessDecision;
  /** What keeps somebody from doing anything, in words. */
  readonly obstacles: readonly string[];
  readonly chains: readonly ExplainedChain[];
}

const STATUS: Readonly<
  Record<AccessDecision, 'success' | 'warning' | 'danger'>
> = {
  [AccessDecision.UNSPECIFIED]: 'danger',
  [AccessDecision.ALLOW]: 'success',
  [AccessDecision.CONDITIONAL]: 'warning',
  [AccessDecision.DENY]: 'danger',
};

/** Whether somebody may do something, and by which ways. */
export function ExplanationView(props: {
  finding: Finding;
  /** Whether it is about the past. */
  isPast: boolean;
}) {
  const { finding, isPast } = props;
  // What holds for everything says more than what holds for some things.
  const holding = finding.chains
    .filter(({ obstacles }) => obstacles.length === 0)
    .sort((a, b) => a.conditions.length - b.conditions.length);
  const broken = finding.chains.filter(({ obstacles }) => obstacles.length > 0);
  return (
    <div className={styles.explanation}>
      <Alert
        role="status"
        status={STATUS[finding.decision]}
        icon
        title={headline(finding, isPast)}
        description={reason(finding, holding)}
      />
      {holding.length > 0 && (
        <Chains title={holding.length === 1 ? 'By this way' : 'By these ways'}>
          {holding.map((chain, at) => (
            <ChainView key={at} chain={chain} />
          ))}
        </Chains>
      )}
      {broken.length > 0 && (
        <Chains title="Ways that do not hold">
          {broken.map((chain, at) => (
            <ChainView key={at} chain={chain} />
          ))}
        </Chains>
      )}
    </div>
  );
}

function headline({ decision }: Finding, isPast: boolean): string {
  const may = isPast ? 'was allowed' : 'is allowed';
  switch (decision) {
    case AccessDecision.ALLOW:
      return `Yes: it ${may}`;
    case AccessDecision.CONDITIONAL:
      return `For some things only: it ${may} under conditions`;
    default:
      return isPast ? 'No: it was not allowed' : 'No: it is not allowed';
  }
}

function reason(
  { decision, obstacles, chains }: Finding,
  holding: readonly ExplainedChain[],
): string {
  if (obstacles.length > 0) {
    return `${capital(list(obstacles))}.`;
  }
  if (decision !== AccessDecision.DENY) {
    const since = holding
      .filter(
        ({ conditions }) =>
          decision === AccessDecision.CONDITIONAL || conditions.length === 0,
      )
      .flatMap(chain => chain.since ?? []);
    return since.length > 0
      ? `Since ${formatTime(new Date(Math.min(...since)))}.`
      : '';
  }
  return chains.length === 0
    ? 'No role that they have carries this permission.'
    : 'There are ways to it, but none of them holds.';
}

function Chains(props: { title: string; children: ReactNode }) {
  return (
    <section className={styles.chains} aria-label={props.title}>
      <h3>{props.title}</h3>
      <ul className={styles.list}>{props.children}</ul>
    </section>
  );
}

function ChainView({ chain }: { chain: ExplainedChain }) {
  return (
    <li className={styles.chain} data-broken={chain.obstacles.length > 0}>
      <ol className={styles.steps}>
        {chain.steps.map((step, at) => (
          <li key={at} className={styles.step}>
            <StepView step={step} />
          </li>
        ))}
      </ol>
      {chain.conditions.length > 0 && (
        <p className={styles.note}>Only {list(chain.conditions)}.</p>
      )}
      {chain.obstacles.length > 0 && (
        <p className={styles.obstacle}>
          Does not hold: {list(chain.obstacles)}.
        </p>
      )}
    </li>
  );
}

function StepView({ step }: { step: Step }) {
  return (
    <>
      <span className={styles.sentence}>
        {step.parts.map((part, at) => (
          <PartView key={at} part={part} />
        ))}
        {step.until !== undefined &&
          `, until ${formatTime(new Date(step.until))}`}
      </span>
      {step.decision ? (
        <DecidedBy {...step.decision} />
      ) : (
        <span className={styles.builtIn}>part of the definition</span>
      )}
    </>
  );
}

function PartView({ part }: { part: Part }) {
  if ('object' in part) {
    return <ObjectName id={part.object} />;
  }
  return 'code' in part ? <code>{part.code}</code> : <>{part.text}</>;
}

function list(words: readonly string[]): string {
  return new Intl.ListFormat('en').format(words);
}

function capital(words: string): string {
  return words.charAt(0).toLocaleUpperCase('en') + words.slice(1);
}
