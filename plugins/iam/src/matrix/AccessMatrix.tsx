/** Who has which role of a project: seen, edited, reviewed and saved. */
import type { Project } from '@callboard/plugin-iam-common/api';
import { Alert, useBreakpoint } from '@backstage/ui';
import { useCallback, useMemo, useState, type KeyboardEvent } from 'react';
import { useAsOf } from '../asOf/useAsOf';
import { EmptyState } from '../display/EmptyState';
import { ErrorPanel } from '../display/ErrorPanel';
import { Read } from '../display/Read';
import { formatTime } from '../display/Time';
import { useListQuery } from '../list/useListQuery';
import { useRevision } from '../reading/Revision';
import { toApiError } from '../reading/useRead';
import { useIam } from '../shell/IamProvider';
import { useNavigate } from '../shell/router';
import { useLinks } from '../shell/useLinks';
import styles from './AccessMatrix.module.css';
import { CellDialog } from './CellDialog';
import {
  EMPTY_CELL,
  lockOf,
  type MatrixRole,
  type Subject,
  type SubjectKind,
} from './cells';
import { EditBar } from './EditBar';
import { Editing, type CellRef, type Edit, type Wanted } from './Editing';
import { useKeptEditing } from './keptEditing';
import { MatrixGrid } from './MatrixGrid';
import { MatrixLegend } from './MatrixLegend';
import { MatrixToolbar } from './MatrixToolbar';
import { AccessReader } from './readAccess';
import { ReviewDialog, type SaveState } from './ReviewDialog';
import { saveEditing } from './saveEditing';
import { SubjectSource } from './SubjectSource';
import { useCells } from './useCells';
import { useMatrixFrame, type MatrixFrame } from './useMatrixFrame';
import { useSubjects } from './useSubjects';

const format = (time: number) => formatTime(new Date(time));

export function AccessMatrix(props: { project: Project }) {
  const frame = useMatrixFrame(props.project);
  return (
    <Read reading={frame}>
      {value =>
        value.roles.length === 0 ? (
          <EmptyState title="The project has no roles yet">
            Define one under Roles; then it can be given to people, machines and
            groups here.
          </EmptyState>
        ) : (
          <Matrix
            key={props.project.id}
            project={props.project}
            frame={value}
          />
        )
      }
    </Read>
  );
}

function Matrix({ project, frame }: { project: Project; frame: MatrixFrame }) {
  const iam = useIam().management;
  const links = useLinks();
  const navigate = useNavigate();
  const { asOf, moment, readOnly } = useAsOf();
  const { revision, changed } = useRevision();
  const query = useListQuery();
  const { up } = useBreakpoint();
  const [editing, edit] = useKeptEditing(project.id);
  const [opened, setOpened] = useState<CellRef>();
  const [save, setSave] = useState<SaveState>();
  const [message, setMessage] = useState('');

  const organization = query.get('org') || project.organization;
  const kind = query.get('kind') as SubjectKind | '';
  const search = query.get('q');
  const role = query.get('role');
  const isGranted = query.get('granted') === '1' || role !== '';
  const source = useMemo(
    () =>
      new SubjectSource(
        iam,
        {
          kinds: kind ? [kind] : [],
          organization,
          search,
          granted: isGranted
            ? { project: project.id, role: role || undefined }
            : undefined,
        },
        asOf,
      ),
    [iam, kind, organization, search, isGranted, role, project.id, asOf],
  );
  const subjects = useSubjects(source);

  const reader = useMemo(
    () => new AccessReader(iam, project.id, asOf),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what was changed is read again
    [iam, project.id, asOf, revision],
  );
  const cells = useCells(
    reader,
    `${project.id} ${JSON.stringify(moment, bigintText)}`,
  );

  // Found by the search, they may have nothing: the list knows only after cells.
  const { cellsOf } = cells;
  const rows = useMemo(
    () =>
      isGranted && search
        ? subjects.rows.filter(subject => {
            const of = cellsOf(subject);
            return !of || (role ? of.has(role) : of.size > 0);
          })
        : subjects.rows,
    [subjects.rows, isGranted, search, role, cellsOf],
  );

  const wantedRoles = query.get('roles').toLocaleLowerCase('en').trim();
  const roles = useMemo(
    () =>
      wantedRoles === ''
        ? frame.roles
        : frame.roles.filter(({ key, name }) =>
            [key, name].some(text =>
              text.toLocaleLowerCase('en').includes(wantedRoles),
            ),
          ),
    [frame.roles, wantedRoles],
  );

  const lock = useCallback(
    (subject: Subject, of: MatrixRole) =>
      lockOf(subject, of, {
        organization: project.organization,
        delegated: frame.delegated,
        isPast: readOnly,
      }),
    [project.organization, frame.delegated, readOnly],
  );

  const toggle = (of: readonly CellRef[]) => {
    setMessage('');
    if (of.length === 1) {
      edit(before => before.toggle(of[0]!));
    } else if (of.length > 1) {
      const wanted = {
        granted: of.some(each => !isWanted(each, editing)),
      };
      edit(before => before.want(of, wanted));
    }
  };

  const want = (cell: CellRef, wanted: Wanted) => {
    setMessage('');
    edit(before => before.want([cell], wanted));
  };

  const runSave = async () => {
    setSave({ step: 'saving' });
    try {
      const result = await saveEditing(
        iam,
        new AccessReader(iam, project.id),
        project.id,
        editing,
      );
      cells.take(result.cells);
      if (result.conflicts.length > 0) {
        setSave({ step: 'conflict', conflicts: result.conflicts });
        return;
      }
      edit(() => Editing.none);
      setSave(undefined);
      setMessage(
        result.saved === 0
          ? 'It is so already; nothing had to be changed.'
          : `Saved: ${result.saved} ${result.saved === 1 ? 'change' : 'changes'}.`,
      );
      changed();
    } catch (thrown) {
      setSave({ step: 'refused', error: toApiError(thrown) });
    }
  };

  const decide = (given: readonly Edit[]) => {
    const now = cells.cellsOf;
    edit(before =>
      before
        .drop(given)
        .rebase(({ subject, role: { key } }) => now(subject)?.get(key)?.direct),
    );
    setSave({ step: 'review' });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'z') {
      event.preventDefault();
      edit(before => (event.shiftKey ? before.redo() : before.undo()));
    }
  };

  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- it only listens for undo, which bubbles up from the grid
    <div className={styles.matrix} onKeyDown={onKeyDown}>
      <MatrixToolbar
        query={query}
        organizations={frame.organizations}
        organization={organization}
        roles={frame.roles}
        isFiltered={isGranted}
      />
      {subjects.error && (
        <ErrorPanel error={subjects.error} onRetry={subjects.more} />
      )}
      {cells.error && <ErrorPanel error={cells.error} onRetry={cells.retry} />}
      {rows.length === 0 && !subjects.isLoading && !subjects.error ? (
        <EmptyState title="Nobody is found">
          {search || kind || isGranted
            ? 'Nobody fits the search and the filters.'
            : 'The organization has no people, machines or groups that you may see.'}
        </EmptyState>
      ) : (
        <MatrixGrid
          label={`Who has which role of ${project.name}`}
          rows={rows}
          total={isGranted ? undefined : subjects.total}
          roles={roles}
          editing={editing}
          isNarrow={!up('sm')}
          format={format}
          cellsOf={cellsOf}
          lockOf={lock}
          onToggle={toggle}
          onOpen={setOpened}
          onOpenSubject={({ id }) => {
            const to = links.toObject(id);
            if (to) {
              navigate(to);
            }
          }}
          onOpenRole={({ key }) => query.set({ role: role === key ? '' : key })}
          onVisible={cells.ensure}
          onNearEnd={subjects.more}
        />
      )}
      <p className={styles.count} role="status">
        {countLabel(rows.length, subjects.total, subjects.isLoading)} {message}
      </p>
      {roles.length === 0 && (
        <Alert status="info" icon title="No role is called like that" />
      )}
      <MatrixLegend />
      {editing.size > 0 && !readOnly && (
        <EditBar
          editing={editing}
          cellOf={of => cellsOf(of.subject)?.get(of.role.key)}
          format={format}
          onUndo={() => edit(before => before.undo())}
          onRedo={() => edit(before => before.redo())}
          onDiscard={() => edit(before => before.dropAll())}
          onReview={() => setSave({ step: 'review' })}
        />
      )}
      {opened && (
        <CellDialog
          cell={opened}
          shown={cellsOf(opened.subject)?.get(opened.role.key) ?? EMPTY_CELL}
          edit={editing.editOf(opened.subject.id, opened.role.key)}
          lock={lock(opened.subject, opened.role)}
          format={format}
          onWant={wanted => want(opened, wanted)}
          onClose={() => setOpened(undefined)}
        />
      )}
      {save && (
        <ReviewDialog
          projectName={project.name}
          editing={editing}
          state={save}
          cellOf={of => cellsOf(of.subject)?.get(of.role.key)}
          format={format}
          onDrop={of => edit(before => before.drop([of]))}
          onSave={runSave}
          onDecided={decide}
          onClose={() => setSave(undefined)}
        />
      )}
    </div>
  );
}

function isWanted(
  { subject, role, direct }: CellRef,
  editing: Editing,
): boolean {
  const edit = editing.editOf(subject.id, role.key);
  return edit ? edit.wanted.granted : direct !== undefined && !direct.expired;
}

const number = new Intl.NumberFormat('en');

function countLabel(
  shown: number,
  total: number | undefined,
  isLoading: boolean,
): string {
  const all =
    total === undefined || total === shown
      ? number.format(shown)
      : `${number.format(shown)} of ${number.format(total)}`;
  return `${all} shown${isLoading ? ', more being read' : ''}.`;
}

function bigintText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}
