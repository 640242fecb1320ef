/** The processes of IAM, on the log and database of a `TestIam`. */
import type { LoggerService } from '@backstage/backend-plugin-api';
import type { AggregateId } from '@callboard/plugin-eventstore-common';
import {
  PluginSpoolers,
  SpoolerNode,
  ViewNotReadyError,
  type Reactor,
  type View,
} from '@callboard/plugin-eventstore-node';
import type { TestIam } from '../../commands/__testUtils__/TestIam';
import { usersProjection, type UserTables } from '../../projections/users';
import { dependents } from '../dependents';
import { DependentsView } from '../DependentsView';
import { Removals } from '../Removals';

const silent: LoggerService = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silent,
};

export class TestProcesses {
  readonly view: DependentsView;
  readonly users: View<UserTables>;
  readonly #iam: TestIam;
  readonly #node: SpoolerNode;
  readonly #spoolers: PluginSpoolers;

  private constructor(
    iam: TestIam,
    node: SpoolerNode,
    spoolers: PluginSpoolers,
    view: DependentsView,
    users: View<UserTables>,
  ) {
    this.#iam = iam;
    this.#node = node;
    this.#spoolers = spoolers;
    this.view = view;
    this.users = users;
  }

  /** @param reactors - made with what the processes need */
  static async start(
    iam: TestIam,
    ...reactors: readonly ((removals: Removals) => Reactor)[]
  ): Promise<TestProcesses> {
    const { store, knex } = iam;
    const node = new SpoolerNode({ log: store.log, knex, logger: silent });
    const spoolers = new PluginSpoolers({
      plugin: 'iam',
      node,
      knex,
      jobs: { pollMs: 100 },
      onEvents: definitions => store.register(definitions),
    });
    const view = new DependentsView(
      await spoolers.addProjection(dependents),
      knex,
    );
    const users = await spoolers.addProjection(usersProjection);
    const processes = new TestProcesses(iam, node, spoolers, view, users);
    for (const reactor of reactors) {
      await spoolers.addReactor(reactor(processes.removals()));
    }
    node.start();
    await spoolers.start();
    await untilBuilt(users);
    return processes;
  }

  /** A process object of its own. */
  removals(atOnce?: number): Removals {
    return new Removals({
      runner: this.#iam.runner,
      dependents: this.view,
      atOnce,
    });
  }

  get spoolers(): PluginSpoolers {
    return this.#spoolers;
  }

  /** Removals under way, as of the end of the log. */
  async underWay(): Promise<{ id: AggregateId }[]> {
    const { position } = await this.#iam.store.log.head();
    return this.view.removals({ after: position });
  }

  /**
   * Goes on with what is under way, each time with a process object that is
   * dropped after so many steps.
   *
   * @returns how often one was dropped
   */
  async goOn(stepsEach: number, atOnce = 1): Promise<number> {
    let dropped = 0;
    for (;;) {
      const open = await this.underWay();
      if (open.length === 0) {
        return dropped;
      }
      let advanced = false;
      for (const removal of open) {
        const steps = this.removals(atOnce).steps(removal as never);
        for (let step = 0; step < stepsEach; step++) {
          const { done } = await steps.next();
          if (done) {
            break;
          }
          advanced = true;
        }
        // Never resumed: as if the process had died here.
        dropped += 1;
      }
      if (!advanced) {
        throw new Error(`Nothing goes on with ${JSON.stringify(open)}`);
      }
    }
  }

  async stop(): Promise<void> {
    await this.#spoolers.stop();
    await this.#node.stop();
  }
}

/** A view that is added to a log with events is filled before it can be read. */
async function untilBuilt(view: View<UserTables>): Promise<void> {
  for (;;) {
    try {
      await view.open();
      return;
    } catch (error) {
      if (!(error instanceof ViewNotReadyError)) {
        throw error;
      }
      await new Promise(resolve => setTimeout(resolve, 5));
    }
  }
}
