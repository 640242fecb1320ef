/* eslint-disable jest/no-conditional-expect -- dying is what is tested */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  GroupId,
  OrganizationId,
  ProjectId,
} from '@callboard/plugin-iam-common';
import type { IamCommands } from '../commands/IamCommands';
import { outcome } from '../commands/__testUtils__/TestIam';
import { TestSources } from './__testUtils__/TestSources';
import { renderPlan } from './renderPlan';
import { Sources } from './Sources';
import { LaterLeaderError } from './SourceStore';

jest.setTimeout(120_000);

const ACME = `
apiVersion: iam.callboard/v1
kind: Organization
slug: acme
name: Acme
metadata:
  cost-centre: '42'
administrators:
  - { subject: 'user:ann', role: organization-owner }
  - { subject: 'group:devs', role: looker }
---
apiVersion: iam.callboard/v1
kind: AdministratorRole
organization: acme
key: looker
level: organization
name: Looker
permissions: ['*.read']
---
apiVersion: iam.callboard/v1
kind: Project
organization: acme
slug: website
name: Website
description: What customers see
roles:
  - key: reader
    name: Reader
    permissions: [{ pattern: '*.read' }]
  - key: writer
    name: Writer
    permissions:
      - pattern: catalog.*
        conditions: [{ kind: tagged, tags: [web, blue] }]
      - pattern: '*.read'
delegations:
  - { organization: globex, roles: [reader] }
grants:
  - { subject: 'user:bob@example.com', role: writer, expiresAt: 2030-01-01T00:00:00Z }
  - { subject: 'group:globex/guests', role: reader }
---
apiVersion: iam.callboard/v1
kind: Group
organization: acme
slug: all
name: Everybody
groups: [devs]
---
apiVersion: iam.callboard/v1
kind: Group
organization: acme
slug: devs
name: Developers
metadata: { room: '7' }
members: [ann, bob@example.com]
grants:
  - { project: website, role: writer }
`;
const GLOBEX = `
apiVersion: iam.callboard/v1
kind: Organization
slug: globex
name: Globex
---
apiVersion: iam.callboard/v1
kind: Group
organization: globex
slug: guests
name: Guests
`;

describe('a source', () => {
  let test: TestSources;
  let acme: OrganizationId;

  beforeEach(async () => {
    test = await TestSources.start();
    // What is there already is taken as it is.
    const { id } = await test.iam.commands.createOrganization(test.iam.owner, {
      name: 'Acme Corporation',
      slug: 'acme',
    });
    acme = id as OrganizationId;
    for (const name of ['ann', 'bob']) {
      await test.iam.commands.createHuman(test.iam.owner, {
        organization: acme,
        username: name,
        givenName: name,
        familyName: 'Example',
        displayName: name,
        email: `${name}@example.com`,
      });
    }
    await test.write('acme.yaml', ACME);
    await test.write('globex.yaml', GLOBEX);
  });

  afterEach(async () => {
    await test?.stop();
  });

  const ids = async () =>
    new Map(
      (await test.store.managed(test.iam.instance)).map(({ key, id }) => [
        key,
        id,
      ]),
    );

  it('is applied, and the second run appends nothing', async () => {
    expect(await test.reconcile()).toBe('in_sync');
    const head = await test.head();
    const row = await test.row();
    expect(row).toMatchObject({
      state: 'in_sync',
      appliedRevision: row.revision,
      applying: null,
      plan: { changes: [], extras: [], faults: [] },
    });

    expect(await test.reconcile()).toBe('in_sync');
    expect(await test.head()).toBe(head);

    const known = await ids();
    const group = known.get('group acme/devs') as GroupId;
    const { items } = await test.queries.members.ofGroup(
      test.iam.operator,
      group,
    );
    expect(items.map(({ kind }) => kind)).toEqual(['user', 'user']);
    const roles = await test.queries.projects.roles(
      test.iam.operator,
      known.get('project acme/website') as ProjectId,
    );
    expect(
      roles.map(({ key, permissions }) => [key, permissions.length]),
    ).toEqual([
      ['reader', 1],
      ['writer', 2],
    ]);
  });

  it('acts under its own name and revision', async () => {
    await test.reconcile();
    const { revision } = await test.row();
    const id = (await ids()).get('project acme/website')!;
    const { events } = await test.iam.store.log.readPage({
      filter: { aggregateId: id as ProjectId },
    } as never);
    const own = events.filter(event => event.aggregateId === id);
    expect(own.length).toBeGreaterThan(0);
    for (const event of own) {
      expect(event.actor).toEqual({
        kind: 'spooler',
        id: `as-code/access@${revision}`,
      });
      expect(event.context.correlationId).toMatch(/^as-code\//);
    }
  });

  it('in mode observe only shows the plan, until it is ordered', async () => {
    const source = test.source({ mode: 'observe' });
    const head = await test.head();
    expect(await test.reconcile(source)).toBe('pending');
    expect(await test.head()).toBe(head);
    const { planId, plan } = await test.row();
    expect(renderPlan(plan!)).toContain('+ group acme/devs  (acme.yaml:');

    const sources = new Sources({
      sources: [source],
      store: test.store,
      log: test.iam.store.log,
      authorizer: test.iam.authorizer,
    });
    const { caller } = test.iam.owner;
    const stranger = test.iam.as(await test.iam.user()).caller;
    expect(await outcome(sources.list(stranger))).toContain('denied');
    expect(await outcome(sources.apply(stranger, 'access', planId!))).toContain(
      'denied',
    );
    expect(await outcome(sources.apply(caller, 'access', 'as-code/old'))).toBe(
      'iam.version.stale plan',
    );
    // The plan keeps its name when something else happens.
    expect(await test.reconcile(source)).toBe('pending');
    await sources.apply(caller, 'access', planId!);
    expect(await outcome(sources.apply(caller, 'access', planId!))).toBe(
      'iam.version.stale plan',
    );
    expect(await test.reconcile(source)).toBe('in_sync');
    const [listed] = await sources.list(caller);
    expect(listed).toMatchObject({
      state: 'in_sync',
      mode: 'observe',
      appliedPlan: planId,
      text: 'No changes.\n',
    });
    const group = (await ids()).get('group acme/devs')!;
    const [added] = await test.iam.store.log.readAggregate(group as GroupId);
    expect(added!.actor).toMatchObject({ onBehalfOf: test.iam.ownerId });
  });

  it('shows what is changed elsewhere as drift', async () => {
    await test.reconcile();
    const observing = test.source({ mode: 'observe' });
    const known = await ids();
    const group = known.get('group acme/devs') as GroupId;
    await test.iam.commands.changeGroup(test.iam.owner, {
      group,
      name: 'Hackers',
      slug: 'devs',
    });
    const user = await test.iam.user(acme);
    await test.iam.commands.addMember(test.iam.owner, { group, user });
    const head = await test.head();

    expect(await test.reconcile(observing)).toBe('drifted');
    expect(await test.head()).toBe(head);
    const { plan } = await test.row();
    expect(renderPlan(plan!)).toMatch(
      /^ {2}~ group acme\/devs {2}\(acme\.yaml:\d+:7\)\n {6}~ name: "Hackers" -> "Developers"\n {2}\? member acme\/devs>user\d+ is not described/,
    );

    // Enforcing puts back what is described, and removes nothing unmarked.
    expect(await test.reconcile()).toBe('drifted');
    expect((await test.row()).plan).toMatchObject({
      changes: [],
      extras: [{ resource: { kind: 'member' } }],
    });
    // The same drift again is put right again.
    await test.iam.commands.changeGroup(test.iam.owner, {
      group,
      name: 'Hackers',
      slug: 'devs',
    });
    await test.reconcile();
    expect((await test.row()).plan!.changes).toEqual([]);

    await test.write(
      'acme.yaml',
      ACME.replace('name: Developers', 'name: Developers\nprune: true'),
    );
    expect(await test.reconcile()).toBe('in_sync');
  });

  it('removes what is marked, and leaves what is described no more', async () => {
    await test.reconcile();
    await test.write(
      'acme.yaml',
      ACME.replace(
        'slug: all\nname: Everybody\ngroups: [devs]',
        'slug: all\nstate: absent',
      )
        .replace(/- key: writer/, '- key: writer\n    state: absent')
        .replace(/ {2}- \{ subject: 'user:bob.*\n/, '')
        .replace(/grants:\n {2}- \{ project: website.*\n/, ''),
    );
    await rm(join(test.folder, 'globex.yaml'));
    await test.reconcile();
    const row = await test.row();
    expect(row.plan!.faults).toEqual([]);
    const gone = (await test.store.managed(test.iam.instance)).filter(
      ({ described }) => !described,
    );
    expect(gone.map(({ key }) => key)).toEqual([
      'group acme/all',
      'group globex/guests',
      'organization globex',
      'role acme/website#writer',
    ]);
    const { items } = await test.queries.organizations.list(test.iam.operator, {
      slug: 'globex',
    });
    expect(items).toHaveLength(1);
  });

  it('goes on after a crash at any command, with each event once', async () => {
    class Died extends Error {}
    let runs = 0;
    let left = 0;
    const dying = new Proxy(test.iam.commands, {
      get:
        (target, name) =>
        async (...args: never[]) => {
          const result = await (target as never as Record<string, Function>)[
            name as string
          ]!(...args);
          left -= 1;
          // The command is stored; nobody got to know.
          if (left === 0) {
            throw new Died();
          }
          return result;
        },
    }) as IamCommands;
    for (;;) {
      runs += 1;
      left = 3;
      try {
        const state = await test
          .reconciler({ commands: dying })
          .reconcile(test.source(), { epoch: runs, read: true });
        expect(state).toBe('in_sync');
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(Died);
      }
    }
    expect(runs).toBeGreaterThan(5);
    const head = await test.head();
    expect(await test.reconcile(test.source(), runs)).toBe('in_sync');
    expect(await test.head()).toBe(head);
    const types = new Map<string, number>();
    for await (const { events } of test.iam.store.log.readAll()) {
      for (const { type, actor } of events) {
        if (actor.kind === 'spooler') {
          types.set(type, (types.get(type) ?? 0) + 1);
        }
      }
    }
    expect(types.get('iam.organization.added')).toBe(1);
    expect(types.get('iam.group.added')).toBe(3);
    expect(types.get('iam.project.role_added')).toBe(2);
  });

  it('is written by its leader only', async () => {
    await test.reconcile(test.source(), 5);
    await test.write(
      'more.yaml',
      GLOBEX.replace('Guests', 'Visitors').split('---')[1]!,
    );
    await expect(test.reconcile(test.source(), 4)).rejects.toThrow(
      LaterLeaderError,
    );
  });

  it('makes what it can, and says what it cannot and why', async () => {
    await test.write(
      'acme.yaml',
      ACME.replace('members: [ann,', 'members: [ann, nobody,').replace(
        'group:globex/guests',
        'group:initech/guests',
      ),
    );
    expect(await test.reconcile()).toBe('faulty');
    const { plan } = await test.row();
    expect(plan!.faults.map(({ code }) => code).sort()).toEqual([
      'iam.as_code.needs_missing',
      'iam.user.not_found',
    ]);
    expect(
      plan!.faults.find(({ code }) => code === 'iam.user.not_found'),
    ).toMatchObject({
      message: 'There is no user nobody',
      place: { file: 'acme.yaml', column: 16 },
    });
  });

  it('is not applied while a part of it cannot be read', async () => {
    await test.write(
      'broken.yaml',
      'apiVersion: iam.callboard/v1\nkind: Grup\n',
    );
    const head = await test.head();
    expect(await test.reconcile()).toBe('pending');
    expect(await test.head()).toBe(head);
    await rm(test.folder, { recursive: true });
    expect(await test.reconcile()).toBe('unreadable');
    expect((await test.row()).error).toContain('ENOENT');
    expect(await test.head()).toBe(head);
  });

  it('does not manage what another source manages', async () => {
    await test.reconcile();
    const other = test.source({ name: 'other' });
    expect(await test.reconcile(other)).toBe('faulty');
    const { plan } = await test.row('other');
    expect(plan!.changes).toEqual([]);
    expect(new Set(plan!.faults.map(({ code }) => code))).toEqual(
      new Set(['iam.as_code.managed_elsewhere']),
    );
  });
});
