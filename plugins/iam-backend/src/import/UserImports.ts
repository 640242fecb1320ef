/**
 * Bulk import of people: a file is read as it comes in, its rows are added some
 * at a time, each some in one append together with how far the import has come.
 * Given again under the same id, with the same file, it goes on after the last
 * row that was stored; rows that failed don't keep others from being added.
 */
import {
  actorKey,
  ClaimTakenError,
  type Actor,
  type AggregateId,
  type EventContext,
} from '@callboard/plugin-eventstore-common';
import {
  deriveAggregateId,
  type CommandRunner,
  type EventLog,
} from '@callboard/plugin-eventstore-node';
import {
  loginNameKey,
  organizationIdSchema,
  parseInput,
  refusal,
  type OrganizationId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { actorOf } from '../commands/CommandRequest';
import { explainRefusal } from '../commands/refusals';
import { requirePermission } from '../commands/requirePermission';
import { runWork } from '../commands/runWork';
import { findTarget, type Target } from '../commands/targets';
import { change, type UnitOfWork } from '../domain/unitOfWork';
import { userAggregate } from '../domain/user/user';
import { userImportProgressed } from '../domain/userImport/events';
import {
  userImportAggregate,
  type UserImportState,
} from '../domain/userImport/userImport';
import type { Authorizer, Caller } from '../queries/Authorizer';
import { checkRow, toFailure, userOf } from './importRow';
import {
  addImported,
  RowRefusedError,
  runImportStep,
  type FailedRow,
  type ReadyRow,
} from './importStep';
import type { LoginNames } from './LoginNames';
import { readCsv, readJsonLines, type Source } from './readRows';

const settings = z.strictObject({
  organization: organizationIdSchema,
  /** Chosen by the caller; the same to go on. */
  importId: z
    .string()
    .min(1)
    .max(128)
    .refine(value => /^[A-Za-z0-9._:-]*$/.test(value), {
      error: 'has a character that is not allowed',
      params: { code: 'iam.input.alphabet' },
    }),
  format: z.enum(['csv', 'jsonl']),
  /** They can sign in at once; the caller answers for their addresses. */
  activate: z.boolean().default(false),
  /** Says what would come of it, and stores nothing. */
  dryRun: z.boolean().default(false),
});
export type ImportSettings = z.input<typeof settings>;

/** What came of a row. */
export type RowReport =
  | { readonly row: number; readonly outcome: 'added'; readonly user: UserId }
  | { readonly row: number; readonly outcome: 'valid' }
  | ({ readonly outcome: 'failed' } & FailedRow);

export interface UserImportsOptions {
  readonly runner: CommandRunner;
  readonly log: EventLog;
  readonly authorizer: Authorizer;
  readonly loginNames: LoginNames;
}

export interface ImportRequest {
  readonly caller: Caller;
  readonly context?: Partial<EventContext>;
  readonly signal?: AbortSignal;
}

export const MAX_ROWS = 100_000;
const STEP_ROWS = 100;

const NOT_STORED = new Error('A dry run stores nothing');

async function refuseToStore(): Promise<never> {
  throw NOT_STORED;
}

/** An import as it runs. */
interface Run {
  readonly request: ImportRequest;
  readonly actor: Actor;
  readonly id: AggregateId;
  readonly target: Target;
  readonly organization: OrganizationId;
  readonly activate: boolean;
}

type Checked = ReadyRow | FailedRow;

function isFailed(row: Checked): row is FailedRow {
  return !('user' in row);
}

export class UserImports {
  readonly #options: UserImportsOptions;

  constructor(options: UserImportsOptions) {
    this.#options = options;
  }

  /**
   * Imports a file, and tells of each row in order, also of those that were
   * dealt with when it was given before. It reads on as fast as it is listened
   * to.
   *
   * @throws CommandRejectedError when a setting or the file as a whole is wrong;
   * what was stored stays, and the import can be gone on with
   * @throws PermissionDeniedError
   */
  async *run(
    request: ImportRequest,
    given: ImportSettings,
    source: Source,
  ): AsyncGenerator<RowReport> {
    const { dryRun, format, importId, ...rest } = parseInput(settings, given);
    const run = await this.#begin(request, importId, rest);
    const rows = this.#check(run, format === 'csv' ? readCsv : readJsonLines);
    if (dryRun) {
      yield* this.#tryOut(run, rows(source));
      return;
    }
    await this.#store(run, () =>
      changeImport(run, {
        kind: 'Start',
        organization: run.organization,
        format,
        activate: run.activate,
      }),
    );
    const { state } = await this.#options.runner.load(
      userImportAggregate,
      run.id,
      request.caller.instance,
    );
    yield* this.report(request, importId, run.organization);
    yield* this.#addAll(run, rows(source), state.through);
    if (state.status !== 'completed') {
      await this.#store(run, () => changeImport(run, { kind: 'Complete' }));
    }
  }

  /**
   * Before a file is read: whether the caller could import it.
   *
   * @throws as {@link UserImports.run}
   */
  async check(
    request: Pick<ImportRequest, 'caller'>,
    given: ImportSettings,
  ): Promise<void> {
    const { importId, ...rest } = parseInput(settings, given);
    await this.#begin(request, importId, rest);
  }

  /**
   * What came of the rows of an import so far, from the log.
   *
   * @throws as {@link UserImports.run}
   */
  async *report(
    request: ImportRequest,
    importId: string,
    organization: OrganizationId,
  ): AsyncGenerator<RowReport> {
    const run = await this.#begin(request, importId, {
      organization,
      activate: false,
    });
    let after = 0;
    for (;;) {
      const events = await this.#options.log.readAggregate(run.id, {
        after: after as never,
        limit: 100,
        personalContext: false,
      });
      for (const event of events) {
        after = event.version;
        if (userImportProgressed.is(event)) {
          const { from, through, failed } = event.payload;
          const faults = new Map(failed.map(each => [each.row, each]));
          for (let row = from; row <= through; row++) {
            yield this.#told(run, row, faults.get(row));
          }
        }
      }
      if (events.length < 100) {
        return;
      }
    }
  }

  /**
   * How far an import has come.
   *
   * @throws as {@link UserImports.run}; `iam.user_import.not_found`
   */
  async get(
    request: ImportRequest,
    importId: string,
    organization: OrganizationId,
  ): Promise<UserImportState> {
    const run = await this.#begin(request, importId, {
      organization,
      activate: false,
    });
    const { state } = await this.#options.runner.load(
      userImportAggregate,
      run.id,
      request.caller.instance,
    );
    if (state.status === 'none') {
      throw refusal('iam.user_import.not_found', 'importId');
    }
    return state;
  }

  async #begin(
    request: ImportRequest,
    importId: string,
    { organization, activate }: Pick<Run, 'organization' | 'activate'>,
  ): Promise<Run> {
    const { caller } = request;
    const { runner } = this.#options;
    const target = await findTarget(
      runner,
      caller.instance,
      organization,
      'organization',
    );
    const isMachine =
      caller.kind === 'user' &&
      (await runner.load(userAggregate, caller.user, caller.instance)).state
        .type === 'machine';
    const id = deriveAggregateId(
      'iam.user_import',
      caller.instance,
      organization,
      importId,
    );
    const actor = actorOf(caller, isMachine);
    const run = { request, actor, id, target, organization, activate };
    await this.#requireAllowed(run);
    return run;
  }

  #requireAllowed({ request: { caller }, target }: Run): Promise<void> {
    const { authorizer } = this.#options;
    return requirePermission(
      { authorizer },
      caller,
      'iam.user.create',
      target.scope,
      target,
    );
  }

  /** Numbers the rows, and checks each. */
  #check(run: Run, read: typeof readCsv) {
    return async function* checked(source: Source): AsyncGenerator<Checked> {
      let row = 0;
      for await (const each of read(source)) {
        row += 1;
        if (row > MAX_ROWS) {
          throw refusal('iam.input.too_many', 'rows');
        }
        const user = userOf(run.request.caller.instance, run.id, row);
        yield checkRow(each, row, user);
      }
    };
  }

  async *#addAll(
    run: Run,
    rows: AsyncIterable<Checked>,
    done: number,
  ): AsyncGenerator<RowReport> {
    let step: Checked[] = [];
    for await (const each of rows) {
      if (each.row > done) {
        step.push(each);
      }
      if (step.length === STEP_ROWS) {
        yield* this.#addStep(run, step);
        step = [];
      }
    }
    if (step.length > 0) {
      yield* this.#addStep(run, step);
    }
  }

  async *#addStep(
    run: Run,
    step: readonly Checked[],
  ): AsyncGenerator<RowReport> {
    run.request.signal?.throwIfAborted();
    await this.#requireAllowed(run);
    const checked = await this.#checkNames(run, step, new Set());
    const ready = checked.filter(each => 'user' in each);
    const failed = checked.filter(isFailed);
    const refused = await this.#findRefused(run, ready, failed, {
      from: step[0]!.row,
      through: step.at(-1)!.row,
    });
    const faults = new Map(refused.map(each => [each.row, each]));
    for (const { row } of step) {
      yield this.#told(run, row, faults.get(row));
    }
  }

  /**
   * Stores a step. When some of its rows are refused, it is found out which, and
   * the step is stored without them.
   *
   * @returns the rows that made no user
   */
  async #findRefused(
    run: Run,
    ready: readonly ReadyRow[],
    failed: readonly FailedRow[],
    range: { readonly from: number; readonly through: number },
  ): Promise<readonly FailedRow[]> {
    let faults = failed;
    let rows = ready;
    for (;;) {
      const step = { ...run, import: run.id, ...range, rows, failed: faults };
      try {
        await this.#store(run, () => runImportStep(inOrder(step)));
        return faults;
      } catch (error) {
        const fault = faultOf(error, rows);
        if (!fault) {
          throw error;
        }
        faults = [...faults, fault];
        rows = rows.filter(({ row }) => row !== fault.row);
      }
    }
  }

  async *#tryOut(
    run: Run,
    rows: AsyncIterable<Checked>,
  ): AsyncGenerator<RowReport> {
    const seen = new Set<string>();
    let step: Checked[] = [];
    for await (const each of rows) {
      step.push(each);
      if (step.length === STEP_ROWS) {
        yield* this.#tryStep(run, step, seen);
        step = [];
      }
    }
    yield* this.#tryStep(run, step, seen);
  }

  async *#tryStep(
    run: Run,
    step: readonly Checked[],
    seen: Set<string>,
  ): AsyncGenerator<RowReport> {
    run.request.signal?.throwIfAborted();
    for (const each of await this.#checkNames(run, step, seen)) {
      const fault = 'user' in each ? await this.#tryRow(run, each) : each;
      yield fault
        ? { ...fault, outcome: 'failed' }
        : { row: each.row, outcome: 'valid' };
    }
  }

  /**
   * Finds names that are taken with one look for all, so that a file whose
   * people are there already needs no append for each to find out.
   *
   * @param seen - the names in the file so far; those of these rows are added
   */
  async #checkNames(
    run: Run,
    rows: readonly Checked[],
    seen: Set<string>,
  ): Promise<readonly Checked[]> {
    const names = rows.flatMap(each =>
      'user' in each ? loginsOf(each).map(({ name }) => name) : [],
    );
    const taken = await this.#options.loginNames.taken(
      run.request.caller.instance,
      names,
    );
    return rows.map(each => {
      if (!('user' in each)) {
        return each;
      }
      const logins = loginsOf(each);
      const clash = logins.find(({ key }) => taken.has(key) || seen.has(key));
      if (clash) {
        const { field } = clash;
        return { row: each.row, code: 'iam.user.login_name_taken', field };
      }
      logins.forEach(({ key }) => seen.add(key));
      return each;
    });
  }

  async #tryRow(run: Run, row: ReadyRow): Promise<FailedRow | undefined> {
    try {
      await this.#store(run, () => addImported(run, row), refuseToStore);
    } catch (error) {
      if (error !== NOT_STORED) {
        return toFailure(row.row, error);
      }
    }
    return undefined;
  }

  #told(run: Run, row: number, fault: FailedRow | undefined): RowReport {
    const { instance } = run.request.caller;
    return fault
      ? { ...fault, outcome: 'failed' }
      : { row, outcome: 'added', user: userOf(instance, run.id, row) };
  }

  async #store(
    run: Run,
    work: () => UnitOfWork,
    admit?: () => Promise<void>,
  ): Promise<void> {
    const { caller, context, signal } = run.request;
    await runWork(this.#options.runner, {
      instance: caller.instance,
      actor: run.actor,
      context: { ...context, correlationId: actorCorrelation(run) },
      signal,
      command: {},
      work,
      admit,
    });
  }
}

/** All that an import did has this in common. */
function actorCorrelation({ id, actor }: Run): string {
  return `${id} ${actorKey(actor)}`.slice(0, 128);
}

function* changeImport(
  { id }: Run,
  command: Parameters<typeof userImportAggregate.decide>[1],
): UnitOfWork {
  yield* change(userImportAggregate, id, command);
}

function inOrder<T extends { readonly failed: readonly FailedRow[] }>(
  step: T,
): T {
  return {
    ...step,
    failed: [...step.failed].sort((a, b) => a.row - b.row),
  };
}

function loginsOf({ fields: { username, email } }: ReadyRow) {
  const names = [
    { field: 'username', name: username },
    { field: 'email', name: email },
  ];
  // An e-mail address may be the username as well.
  return names
    .slice(0, loginNameKey(username) === loginNameKey(email) ? 1 : 2)
    .map(each => ({ ...each, key: loginNameKey(each.name) }));
}

/** Which of the rows a refusal is about; undefined when it is about none. */
function faultOf(
  error: unknown,
  rows: readonly ReadyRow[],
): FailedRow | undefined {
  if (error instanceof ClaimTakenError) {
    // The last one that wants the name: an earlier row of the file has it.
    const found = rows.findLast(row =>
      loginsOf(row).some(({ key }) => key === error.value),
    );
    return (
      found && toFailure(found.row, explainRefusal(error, { ...found.fields }))
    );
  }
  return error instanceof RowRefusedError
    ? toFailure(error.row, error.cause)
    : undefined;
}
