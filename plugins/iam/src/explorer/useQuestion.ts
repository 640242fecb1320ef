import { useMemo } from 'react';
import { useListQuery } from '../list/useListQuery';

/** What the explorer is asked, as it stands in the address. */
export interface Question {
  /** `iam.user/…` or `iam.group/…`; empty while nobody is picked. */
  readonly subject: string;
  /** Empty: everything that the subject may do. */
  readonly permission: string;
  /** An organization or a project; empty: the instance. */
  readonly scope: string;
}

const SUBJECT = /^iam\.(user|group)\/[0-9a-f-]{36}$/;
const SCOPE = /^iam\.(organization|project)\/[0-9a-f-]{36}$/;

/** The question, and how to ask another one. */
export function useQuestion(): [Question, (change: Partial<Question>) => void] {
  const query = useListQuery();
  const subject = query.get('subject');
  const scope = query.get('scope');
  const permission = query.get('permission');
  const question = useMemo(
    () => ({
      // Whatever else an address says is no question.
      subject: SUBJECT.test(subject) ? subject : '',
      scope: SCOPE.test(scope) ? scope : '',
      permission,
    }),
    [subject, scope, permission],
  );
  return [question, query.set];
}
