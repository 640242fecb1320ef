/** Why somebody may do something, or why not; now or at any moment. */
import { AccessDecision } from '@callboard/plugin-iam-common/api';
import { useCallback } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { Read } from '../display/Read';
import { isGroup } from '../matrix/SubjectSource';
import { Section } from '../object/Section';
import { useRead } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import { obstacleInWords, toExplainedChain } from './ExplainedChain';
import { explainGroup } from './explainGroup';
import { ExplanationView, type Finding } from './ExplanationView';
import { MayDoList } from './MayDoList';
import { QuestionForm } from './QuestionForm';
import { usePermissions } from './usePermissions';
import { useQuestion, type Question } from './useQuestion';

export function Explorer() {
  const [question, ask] = useQuestion();
  const permissions = usePermissions();
  return (
    <Section
      title="Access explorer"
      level={2}
      description="Pick somebody, and what they may or may not do: the way to it is told step by step, with who decided it and when."
    >
      <Read reading={permissions}>
        {known => (
          <>
            <QuestionForm question={question} permissions={known} onAsk={ask} />
            <Answer question={question} permissions={known} />
          </>
        )}
      </Read>
    </Section>
  );
}

function Answer(props: {
  question: Question;
  permissions: Parameters<typeof MayDoList>[0]['permissions'];
}) {
  const { question } = props;
  if (!question.subject) {
    return (
      <EmptyState title="Pick somebody first">
        Then everything that they may do is shown here; with a permission, why
        they have it, or why not.
      </EmptyState>
    );
  }
  if (question.permission) {
    return <Explained question={question} />;
  }
  return isGroup(question.subject) ? (
    <EmptyState title="Pick a permission">
      A group does nothing itself; it passes permissions on to its members. Say
      which one you want to know about.
    </EmptyState>
  ) : (
    <MayDoList
      subject={question.subject}
      scope={question.scope}
      permissions={props.permissions}
    />
  );
}

function Explained({ question }: { question: Question }) {
  const { management } = useIam();
  const { asOf, moment } = useAsOf();
  const { subject, permission, scope } = question;
  const finding = useRead(
    useCallback(
      async (signal: AbortSignal): Promise<Finding> => {
        if (isGroup(subject)) {
          const project = scope.startsWith('iam.project/') ? scope : undefined;
          const chains = await explainGroup(
            management,
            { group: subject, permission, project },
            asOf,
            signal,
          );
          return { decision: decisionOf(chains), obstacles: [], chains };
        }
        const { decision, obstacles, chains } = await management.explainAccess(
          { subject, permission, scope, asOf },
          { signal },
        );
        return {
          decision,
          obstacles: obstacles.map(obstacleInWords),
          chains: chains.map(toExplainedChain),
        };
      },
      [management, subject, permission, scope, asOf],
    ),
  );
  return (
    <Read reading={finding}>
      {found => (
        <ExplanationView finding={found} isPast={moment !== undefined} />
      )}
    </Read>
  );
}

/** Of a group: what it passes on. */
function decisionOf(chains: Finding['chains']): AccessDecision {
  const holding = chains.filter(({ obstacles }) => obstacles.length === 0);
  if (holding.some(({ conditions }) => conditions.length === 0)) {
    return AccessDecision.ALLOW;
  }
  return holding.length > 0 ? AccessDecision.CONDITIONAL : AccessDecision.DENY;
}
