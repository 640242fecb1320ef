/** IAM's commands on an event store of its own, in an instance that is set up. */
import { randomBytes } from 'node:crypto';
import {
  type AggregateDefinition,
  type AggregateId,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import {
  EventStore,
  localMasterKey,
  type MasterKey,
} from '@callboard/plugin-eventstore-node';
import {
  instanceAggregateId,
  type GroupId,
  type OrganizationId,
  type ProjectId,
  type ScopeId,
  type SubjectId,
  type UserId,
} from '@callboard/plugin-iam-common';
import knexFactory, { type Knex } from 'knex';
import { aggregates } from '../../domain/__testUtils__/aggregates';
import { ids, person } from '../../domain/__testUtils__/scene';
import { instanceAggregate } from '../../domain/instance/instance';
import { setUpInstance } from '../../domain/instance/setUpInstance';
import { change, type UnitOfWork } from '../../domain/unitOfWork';
import type { Caller } from '../../queries/Authorizer';
import type { CodeDelivery } from '../CommandServices';
import type { DomainProbe } from '../domainProbe/DomainProbe';
import { createIamCommands, type IamCommands } from '../IamCommands';
import { runWork } from '../runWork';
import { LogAuthorizer } from './LogAuthorizer';

const SERVER = 'BACKSTAGE_TEST_DATABASE_POSTGRES18_CONNECTION_STRING';

export type Delivered = Parameters<CodeDelivery['deliver']>[0];

/** What is published on the internet, as far as tests are concerned. */
export class Internet implements DomainProbe {
  readonly records = new Map<string, readonly string[]>();
  readonly files = new Map<string, string>();
  isDown = false;

  async txtRecords(name: string) {
    this.#check();
    return this.records.get(name) ?? [];
  }

  async fetchText(domain: string, path: string) {
    this.#check();
    return this.files.get(`https://${domain}${path}`);
  }

  #check() {
    if (this.isDown) {
      throw new Error('unreachable');
    }
  }
}

export class TestIam {
  readonly home = ids.organization();
  readonly ownerId = ids.user();
  readonly internet = new Internet();
  readonly delivered: Delivered[] = [];
  readonly commands: IamCommands;
  readonly authorizer: LogAuthorizer;
  readonly knex: Knex;
  readonly store: EventStore;
  readonly masterKey: MasterKey;
  readonly instance: InstanceId;
  #count = 0;
  readonly #close: () => Promise<void>;

  private constructor(
    knex: Knex,
    store: EventStore,
    masterKey: MasterKey,
    instance: InstanceId,
    close: () => Promise<void>,
  ) {
    this.knex = knex;
    this.store = store;
    this.masterKey = masterKey;
    this.instance = instance;
    this.#close = close;
    this.authorizer = new LogAuthorizer(this.runner);
    this.commands = createIamCommands({
      runner: this.runner,
      authorizer: this.authorizer,
      domains: this.internet,
      delivery: { deliver: async code => void this.delivered.push(code) },
    });
  }

  static async start(): Promise<TestIam> {
    const server = process.env[SERVER];
    if (!server) {
      throw new Error(`${SERVER} names no PostgreSQL; npm test starts one`);
    }
    const name = `iam_${randomBytes(6).toString('hex')}`;
    const connect = (connection: string) =>
      knexFactory({ client: 'pg', connection, pool: { min: 0, max: 10 } });
    const admin = connect(server);
    await admin.raw('create database ??', [name]);
    const url = new URL(server);
    url.pathname = `/${name}`;
    const knex = connect(url.toString());
    const secret = randomBytes(32).toString('base64');
    const masterKey = localMasterKey([{ id: 'test', secret }]);
    const store = await EventStore.start({ knex, masterKey, seal: false });
    aggregates.forEach(({ events }) => store.register(events));
    const iam = new TestIam(
      knex,
      store,
      masterKey,
      'default' as InstanceId,
      async () => {
        await store.stop();
        await knex.destroy();
        await admin.raw('drop database ?? with (force)', [name]);
        await admin.destroy();
      },
    );
    await iam.setUp();
    return iam;
  }

  /** The same database, in another instance that is set up as well. */
  async otherInstance(name: string): Promise<TestIam> {
    const other = new TestIam(
      this.knex,
      this.store,
      this.masterKey,
      name as InstanceId,
      async () => {},
    );
    await other.setUp();
    return other;
  }

  /** The commands of another node on the same log. */
  async anotherNode(
    onStart: (store: EventStore) => void,
  ): Promise<IamCommands> {
    const store = await EventStore.start({
      knex: this.knex,
      masterKey: this.masterKey,
      migrate: false,
      seal: false,
    });
    onStart(store);
    aggregates.forEach(({ events }) => store.register(events));
    const runner = store.commands.forPlugin('iam');
    return createIamCommands({
      runner,
      authorizer: new LogAuthorizer(runner),
      domains: this.internet,
    });
  }

  get runner() {
    return this.store.commands.forPlugin('iam');
  }

  get operator(): Caller {
    return { kind: 'operator', instance: this.instance };
  }

  get owner(): { caller: Caller } {
    return this.as(this.ownerId);
  }

  as(user: UserId, tokenScopes?: readonly string[]): { caller: Caller } {
    return {
      caller: { kind: 'user', instance: this.instance, user, tokenScopes },
    };
  }

  /** Past all checks of permissions. */
  run(work: () => UnitOfWork<unknown>) {
    return runWork(this.runner, {
      instance: this.instance,
      actor: { kind: 'system', id: 'tests' },
      command: {},
      work,
    });
  }

  async state<TState>(
    definition: AggregateDefinition<TState>,
    id: AggregateId,
  ): Promise<TState> {
    return (await this.runner.load(definition, id, this.instance)).state;
  }

  name(prefix: string): string {
    this.#count += 1;
    return `${prefix}${this.#count}`;
  }

  async organization(): Promise<OrganizationId> {
    const name = this.name('org');
    const { id } = await this.commands.createOrganization(this.owner, {
      name,
      slug: name,
    });
    return id as OrganizationId;
  }

  /** An active person. */
  async user(organization: OrganizationId = this.home): Promise<UserId> {
    const { id } = await this.commands.createHuman(this.owner, {
      organization,
      ...person(this.name('user')),
    });
    const user = id as UserId;
    await this.commands.confirmEmail(this.owner, { user });
    await this.commands.activateUser(this.owner, { user });
    return user;
  }

  async machine(organization: OrganizationId = this.home): Promise<UserId> {
    const name = this.name('bot');
    const { id } = await this.commands.createMachine(this.owner, {
      organization,
      username: name,
      name,
    });
    return id as UserId;
  }

  async group(organization: OrganizationId = this.home): Promise<GroupId> {
    const name = this.name('group');
    const { id } = await this.commands.createGroup(this.owner, {
      organization,
      name,
      slug: name,
    });
    return id as GroupId;
  }

  /** A project with the roles `reader` and `writer`. */
  async project(organization: OrganizationId = this.home): Promise<ProjectId> {
    const name = this.name('project');
    const { id } = await this.commands.createProject(this.owner, {
      organization,
      name,
      slug: name,
    });
    const project = id as ProjectId;
    for (const key of ['reader', 'writer']) {
      await this.commands.addRole(this.owner, {
        project,
        key,
        name: key,
        permissions: [{ pattern: `catalog.entity.${key}` }],
      });
    }
    return project;
  }

  /** A person with an administrator role. */
  async administrator(
    scope: ScopeId,
    role: string,
    organization: OrganizationId = this.home,
  ): Promise<UserId> {
    const user = await this.user(organization);
    await this.assign(scope, user, role);
    return user;
  }

  async assign(scope: ScopeId, subject: SubjectId, role: string) {
    await this.commands.assignAdministrator(this.owner, {
      scope,
      subject,
      role,
    });
  }

  async setUp(): Promise<void> {
    const scope = instanceAggregateId(this.instance);
    const instance = this.instance;
    await this.run(() =>
      change(instanceAggregate, scope, {
        kind: 'Add',
        name: 'Example',
        language: 'en',
      }),
    );
    await this.run(() =>
      setUpInstance({
        proof: { by: 'configuration' },
        organization: { id: this.home, name: 'Home', slug: 'home' },
        owner: { id: this.ownerId, ...person(`${instance}-owner`) },
      }),
    );
  }

  stop(): Promise<void> {
    return this.#close();
  }
}

/** `code field` of what a promise is refused with, or `done`. */
export async function outcome(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'done';
  } catch (error) {
    const { code, field } = error as { code?: string; field?: string };
    if (typeof code !== 'string') {
      throw error;
    }
    return field === undefined ? code : `${code} ${field}`;
  }
}
