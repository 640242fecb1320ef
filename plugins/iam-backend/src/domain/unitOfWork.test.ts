import {
  newAggregateId,
  type InstanceId,
} from '@callboard/plugin-eventstore-common';
import type { OrganizationId } from '@callboard/plugin-iam-common';
import { ids, Scene } from './__testUtils__/scene';
import { addOrganization } from './organization/addOrganization';
import { organizationAggregate } from './organization/organization';
import { transferDomain } from './organization/transferDomain';
import { change, expectVersion, read, type UnitOfWork } from './unitOfWork';

describe('a unit of work', () => {
  it('guards what it has only read, at the version it was read at', () => {
    const { world, home } = new Scene();
    const decided = world.decide(
      (function* look(): UnitOfWork<string> {
        return (yield* read(organizationAggregate, home)).name;
      })(),
    );
    expect(decided).toEqual({
      aggregates: [{ id: home, expected: 1, events: [] }],
      claims: [],
      result: 'Home',
    });
  });

  it('sees what it has changed itself', () => {
    const { world, home } = new Scene();
    const decided = world.decide(
      (function* renameTwice(): UnitOfWork<string> {
        yield* change(organizationAggregate, home, {
          kind: 'Rename',
          name: 'One',
        });
        yield* change(organizationAggregate, home, {
          kind: 'Rename',
          name: 'Two',
        });
        return (yield* read(organizationAggregate, home)).name;
      })(),
    );
    expect(decided.result).toBe('Two');
    expect(decided.aggregates[0]?.events).toHaveLength(2);
    world.append(decided);
    expect([...world.claims.keys()].join()).toMatch(/organization\.name two/);
    expect([...world.claims.keys()].join()).not.toMatch(/ (one|home)$/);
  });

  it('is told of a refusal where it asked, and can go on', () => {
    const { world, home } = new Scene();
    const rename = (name: string) =>
      change(organizationAggregate, home, { kind: 'Rename', name });
    const decided = world.decide(
      (function* tryBoth(): UnitOfWork<unknown> {
        yield* rename('One');
        try {
          yield* rename('');
        } catch (error) {
          return error;
        }
        return undefined;
      })(),
    );
    expect(decided.result).toMatchObject({ code: 'iam.input.empty' });
    expect(decided.aggregates[0]?.events).toHaveLength(1);
  });

  it('leaves a name alone that it gives up and takes again', () => {
    const { world, home } = new Scene();
    const decided = world.decide(
      (function* thereAndBack(): UnitOfWork {
        for (const name of ['Away', 'Home']) {
          yield* change(organizationAggregate, home, { kind: 'Rename', name });
        }
      })(),
    );
    world.append(decided);
    const names = [...world.claims.keys()].filter(key =>
      key.includes('organization.name'),
    );
    expect(names).toEqual(['default iam.organization.name home']);
  });

  it('gives no two aggregates the same name', () => {
    const scene = new Scene();
    const add = (organization: OrganizationId) =>
      addOrganization({ organization, name: 'Twin', slug: 'twin' });
    expect(
      scene.world.outcome(() =>
        scene.world.run(
          (function* addTwice(): UnitOfWork {
            yield* add(ids.organization());
            yield* add(ids.organization());
          })(),
        ),
      ),
    ).toBe('eventstore.claim_taken');
  });

  it('moves a value that one aggregate gives up and another takes', () => {
    const scene = new Scene();
    const { world, home } = scene;
    const to = scene.organization();
    for (const domain of ['primary.example', 'acme.example']) {
      for (const kind of ['AddDomain', 'WaiveDomainCheck'] as const) {
        world.give(organizationAggregate, home, { kind, domain });
      }
    }
    const decided = world.decide(
      transferDomain({ from: home, to, domain: 'acme.example' }),
    );
    expect(decided.claims).toEqual([
      expect.objectContaining({
        op: 'move',
        value: 'acme.example',
        from: home,
        owner: to,
      }),
    ]);
    world.append(decided);
    expect(world.state(organizationAggregate, to).domains).toHaveProperty([
      'acme.example',
      'verified',
    ]);
    expect(
      world.outcome(() =>
        world.run(transferDomain({ from: home, to, domain: 'acme.example' })),
      ),
    ).toBe('iam.organization.domain_not_found');
    expect(
      world.outcome(() =>
        world.run(transferDomain({ from: to, to, domain: 'acme.example' })),
      ),
    ).toBe('iam.input.inconsistent');
  });

  it('refuses a version that the caller has not seen', () => {
    const { world, home } = new Scene();
    const rename = (version: number) =>
      world.outcome(() =>
        world.run(
          (function* ifUnchanged(): UnitOfWork {
            yield* expectVersion(organizationAggregate, home, version);
            yield* change(organizationAggregate, home, {
              kind: 'Rename',
              name: `Version ${version}`,
            });
          })(),
        ),
      );
    expect(rename(2)).toBe('iam.version.stale');
    expect(rename(1)).toBe('done');
    expect(rename(1)).toBe('iam.version.stale');
  });

  it("does not see another instance's aggregates", () => {
    const scene = new Scene();
    scene.world.instance = 'other' as InstanceId;
    expect(
      scene.world.outcome(() =>
        scene.world.give(organizationAggregate, scene.home, {
          kind: 'Rename',
          name: 'Mine',
        }),
      ),
    ).toBe('iam.organization.not_found');
    expect(
      scene.world.outcome(() =>
        scene.world.give(
          organizationAggregate,
          newAggregateId('iam.organization'),
          { kind: 'Rename', name: 'Mine' },
        ),
      ),
    ).toBe('iam.organization.not_found');
  });
});
