/**
 * The access matrix of one project: who has which of its roles. A cell is one
 * subject and one role. What a subject has itself can be edited; what it has
 * through groups is shown, and changed where the group has it.
 */

/** @public */
export type SubjectKind = 'person' | 'machine' | 'group';

/** A row. */
export interface Subject {
  /** `iam.user/<uuid>` or `iam.group/<uuid>`. */
  readonly id: string;
  readonly kind: SubjectKind;
  readonly name: string;
  /** Tells two of the same name apart: an e-mail address, a short name. */
  readonly detail: string;
  readonly organization: string;
}

/** A column. */
export interface MatrixRole {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  /** It is being removed and cannot be given to anybody. */
  readonly removing: boolean;
}

/** What a subject has been given itself. */
export interface DirectGrant {
  /** When it ends by itself, in milliseconds since 1970. */
  readonly expiresAt?: number;
  readonly expired: boolean;
  /** In milliseconds since 1970. */
  readonly since?: number;
  /** As the trail names them: `user:iam.user/<uuid>`. */
  readonly decidedBy: string;
  /** The event that made it so. */
  readonly position: number;
}

/** What a subject has by being in a group. */
export interface InheritedGrant {
  /** From the group the subject is in to the one that has the role. */
  readonly through: readonly GroupStep[];
  readonly expiresAt?: number;
  readonly expired: boolean;
}

export interface GroupStep {
  readonly id: string;
  readonly name: string;
}

export interface Cell {
  readonly direct?: DirectGrant;
  readonly inherited: readonly InheritedGrant[];
}

/** Cells of one subject by the key of the role; a role it hasn't is left out. */
export type SubjectCells = ReadonlyMap<string, Cell>;

export const EMPTY_CELL: Cell = { inherited: [] };

/** Why nothing can be changed in a cell. */
export type CellLock = 'past' | 'role_removing' | 'not_delegated';

/**
 * Why a subject cannot be given a role: only roles that were delegated to its
 * organization can be, unless that owns the project.
 *
 * @param delegated - keys of roles by organization
 */
export function lockOf(
  subject: Subject,
  role: MatrixRole,
  project: {
    readonly organization: string;
    readonly delegated: ReadonlyMap<string, readonly string[]>;
    readonly isPast: boolean;
  },
): CellLock | undefined {
  if (project.isPast) {
    return 'past';
  }
  if (role.removing) {
    return 'role_removing';
  }
  const isOwn = subject.organization === project.organization;
  const roles = project.delegated.get(subject.organization) ?? [];
  return isOwn || roles.includes(role.key) ? undefined : 'not_delegated';
}
