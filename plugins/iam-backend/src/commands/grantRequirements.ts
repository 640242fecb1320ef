/**
 * Who may grant roles of a project: in the organization that owns it, those who
 * may do so for the project; in one that it was delegated to, those who may do
 * so in that organization. Whoever may for the project may also revoke there.
 */
import type { AggregateId } from '@callboard/plugin-eventstore-common';
import type {
  OrganizationId,
  ProjectId,
  ScopeId,
  SubjectId,
} from '@callboard/plugin-iam-common';
import { projectAggregate } from '../domain/project/project';
import type { Caller } from '../queries/Authorizer';
import type { CommandServices } from './CommandServices';
import { whereGranted } from './holdings';
import { requirePermission } from './requirePermission';
import { findTarget, type Target } from './targets';

/** One cell of the access matrix, as it is to be. */
export interface GrantChange {
  readonly subject: SubjectId;
  readonly project: ProjectId;
  readonly role: string;
  readonly granted: boolean;
  readonly expiresAt?: string;
}

const PERMISSION = 'iam.grant.update';

/** @throws PermissionDeniedError, or that a subject or project is not there */
export async function requireGrants(
  services: CommandServices,
  caller: Caller,
  changes: readonly GrantChange[],
): Promise<void> {
  const targets = new Map<AggregateId, Target>();
  const allowed = new Set<string>();
  const find = async (id: AggregateId, field: string) => {
    const known =
      targets.get(id) ??
      (await findTarget(services.runner, caller.instance, id, field));
    targets.set(id, known);
    return known;
  };
  for (const [at, { subject, project, granted }] of changes.entries()) {
    const ofSubject = await find(subject, `changes.${at}.subject`);
    const ofProject = await find(project, `changes.${at}.project`);
    const scope = await scopeOfGrant(services, caller, ofSubject, project);
    const key = `${scope} ${project} ${granted}`;
    const revokesInOwn = !granted && scope !== project;
    if (
      allowed.has(key) ||
      (revokesInOwn && (await mayGrant(services, caller, project)))
    ) {
      allowed.add(key);
      continue;
    }
    const target = scope === project ? ofProject : ofSubject;
    await requirePermission(services, caller, PERMISSION, scope, target);
    allowed.add(key);
  }
}

async function scopeOfGrant(
  { runner }: CommandServices,
  caller: Caller,
  subject: Target,
  project: ProjectId,
): Promise<ScopeId> {
  const { state } = await runner.load(
    projectAggregate,
    project,
    caller.instance,
  );
  return whereGranted(
    project,
    state.organization,
    subject.scope as OrganizationId,
  );
}

async function mayGrant(
  { authorizer }: CommandServices,
  caller: Caller,
  project: ProjectId,
): Promise<boolean> {
  return (
    caller.kind === 'operator' ||
    authorizer.may(caller, PERMISSION, project, { fresh: true })
  );
}
