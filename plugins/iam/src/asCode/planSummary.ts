/** A plan in one line, as Terraform ends its own: "2 to add, 1 to change …". */
import {
  PlannedAction,
  type SourcePlan,
} from '@callboard/plugin-iam-common/api';

export function planSummary(plan: SourcePlan): string {
  const count = (action: PlannedAction) =>
    plan.changes.filter(change => change.action === action).length;
  const parts = [
    part(count(PlannedAction.CREATE), 'to add'),
    part(count(PlannedAction.CHANGE), 'to change'),
    part(count(PlannedAction.REMOVE), 'to remove'),
    part(plan.undescribed.length, 'not described'),
    part(plan.faults.length, plan.faults.length === 1 ? 'fault' : 'faults'),
  ].filter(Boolean);
  return parts.length === 0
    ? 'Nothing to do: everything is as described.'
    : `Plan: ${parts.join(', ')}.`;
}

function part(count: number, what: string): string {
  return count === 0 ? '' : `${count.toLocaleString('en')} ${what}`;
}
