import { CommandRejectedError } from '@callboard/plugin-eventstore-common';
import fc from 'fast-check';
import { deeds, rivals, unitOf } from './__testUtils__/deeds';
import { checkInvariants } from './__testUtils__/invariants';
import { finishRemovals, nextSteps } from './__testUtils__/removals';
import { Scene } from './__testUtils__/scene';
import type { World } from './__testUtils__/World';
import type { UnitOfWork } from './unitOfWork';

/** A scene with one of everything, so that deeds soon meet one another. */
function busyScene(): Scene {
  const scene = new Scene();
  const other = scene.organization();
  scene.user();
  scene.user(other);
  scene.group();
  scene.group();
  scene.project();
  scene.project(other);
  return scene;
}

describe('whatever is done, in whatever order', () => {
  it('keeps names, hierarchy, owners, administrations and grants consistent', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(deeds, { maxLength: 60, size: 'max' }), history => {
        const scene = busyScene();
        for (const deed of history) {
          const unit = unitOf(scene, deed);
          if (unit) {
            seen.add(scene.world.outcome(() => scene.world.run(unit())));
          }
        }
        checkInvariants(scene);
        finishRemovals(scene.world);
        checkInvariants(scene);
      }),
      { numRuns: 80, seed: 5 },
    );
    // The histories went where it hurts.
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'done',
        'eventstore.claim_taken',
        'iam.administration.last_owner',
        'iam.group.cycle',
        'iam.organization.removing',
        'iam.project.role_removing',
        'iam.user.gone',
      ]),
    );
  });

  it('does every step of a removal twice, and it is as if it were done once', () => {
    fc.assert(
      fc.property(fc.array(deeds, { maxLength: 40, size: 'max' }), history => {
        const scene = busyScene();
        const { world } = scene;
        for (const deed of history) {
          const unit = unitOf(scene, deed);
          if (unit) {
            world.outcome(() => world.run(unit()));
          }
        }
        for (let steps = nextSteps(world); steps[0]; steps = nextSteps(world)) {
          world.run(steps[0]());
          expect(world.run(steps[0]())).toEqual([]);
        }
        checkInvariants(scene);
      }),
      { numRuns: 40, seed: 5 },
    );
  });
});

describe('a decision that comes late', () => {
  it('does not take effect where that would break something', () => {
    let stale = 0;
    fc.assert(
      fc.property(
        fc.array(deeds, { maxLength: 30, size: 'max' }),
        fc.array(fc.tuple(rivals, fc.boolean()), {
          minLength: 10,
          maxLength: 40,
        }),
        (history, races) => {
          const scene = busyScene();
          const { world } = scene;
          const attempt = (unit: () => UnitOfWork<unknown>) =>
            world.outcome(() => world.run(unit()));
          for (const deed of history) {
            const unit = unitOf(scene, deed);
            if (unit) {
              attempt(unit);
            }
          }
          for (const [[late, early], toTheEnd] of races) {
            const lateUnit = unitOf(scene, late);
            const earlyUnit = unitOf(scene, early);
            const decided = lateUnit && decidedOrRefused(world, lateUnit);
            if (!decided || !earlyUnit) {
              continue;
            }
            attempt(earlyUnit);
            if (toTheEnd) {
              finishRemovals(world);
            }
            if (
              world.outcome(() => world.append(decided)) ===
              'eventstore.wrong_version'
            ) {
              stale += 1;
              // As the runner does: decided again on what is there now.
              attempt(lateUnit);
            }
          }
          checkInvariants(scene);
          finishRemovals(world);
          checkInvariants(scene);
        },
      ),
      { numRuns: 80, seed: 5 },
    );
    expect(stale).toBeGreaterThan(100);
  });
});

function decidedOrRefused(world: World, unit: () => UnitOfWork<unknown>) {
  try {
    return world.decide(unit());
  } catch (error) {
    if (error instanceof CommandRejectedError) {
      return undefined;
    }
    throw error;
  }
}
