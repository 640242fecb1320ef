// G2, G3, G4: the log behaves as a few lines of plain code do, whatever is
// appended, in whatever company, and by whichever node.
import {
  newEventId,
  START,
  type AggregateId,
  type EventId,
} from '@callboard/plugin-eventstore-common';
import fc from 'fast-check';
import {
  bellName,
  doorNumber,
  doorOpened,
  doorShut,
  toDoor,
} from '../__testUtils__/doorEvents';
import { startTestStore, type TestStore } from '../__testUtils__/testStore';
import type { AppendRequest, AppendResult } from '../log/EventLog';
import type { EventStore } from '../service/EventStore';

jest.setTimeout(180_000);

const RUNS = Number(process.env.EVENTSTORE_MODEL_RUNS ?? 60);
const DOORS = 4;
const NAMES = ['a', 'b', 'c'];

/** One append as it is drawn: small numbers, made into a request per run. */
interface DrawnAppend {
  readonly parts: readonly {
    readonly door: number;
    /** Off by how much from the right version; or any. */
    readonly expected: number | 'any';
    readonly events: number;
  }[];
  readonly claims: readonly {
    readonly op: 'claim' | 'release' | 'move';
    readonly name: number;
    readonly personal: boolean;
    readonly from: number;
  }[];
  readonly otherInstance: boolean;
  /** Repeat the append this many before it, if there is one. */
  readonly repeat: number | undefined;
  readonly node: number;
}

const drawnAppend: fc.Arbitrary<DrawnAppend> = fc.record({
  parts: fc.uniqueArray(
    fc.record({
      door: fc.nat(DOORS - 1),
      expected: fc.oneof(
        { weight: 6, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.constantFrom(-1, 1) },
        { weight: 2, arbitrary: fc.constant('any' as const) },
      ),
      events: fc.oneof(
        { weight: 4, arbitrary: fc.integer({ min: 1, max: 3 }) },
        { weight: 1, arbitrary: fc.constant(0) },
      ),
    }),
    { minLength: 1, maxLength: 3, selector: part => part.door },
  ),
  claims: fc.uniqueArray(
    fc.record({
      op: fc.constantFrom(
        'claim' as const,
        'release' as const,
        'move' as const,
      ),
      name: fc.nat(NAMES.length - 1),
      personal: fc.boolean(),
      from: fc.nat(DOORS - 1),
    }),
    { maxLength: 2, selector: ({ name, personal }) => `${name}${personal}` },
  ),
  otherInstance: fc.oneof(
    { weight: 9, arbitrary: fc.constant(false) },
    { weight: 1, arbitrary: fc.constant(true) },
  ),
  repeat: fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) },
  ),
  node: fc.nat(1),
});

const keyOf = (
  { instance }: AppendRequest,
  { kind, value }: { kind: string; value: string },
) => `${instance} ${kind} ${value}`;

/** The log in plain code. */
class Model {
  readonly versions: Map<AggregateId, number>;
  readonly instances: Map<AggregateId, string>;
  readonly claims: Map<string, AggregateId>;
  /** The version of each event. */
  readonly ids: Map<EventId, number>;

  constructor(from?: Model) {
    this.versions = new Map(from?.versions);
    this.instances = new Map(from?.instances);
    this.claims = new Map(from?.claims);
    this.ids = new Map(from?.ids);
  }

  /** What the append comes to: a code, or the versions of its events. */
  append(request: AppendRequest): string | number[] {
    const all = request.aggregates.flatMap(({ id, events }) =>
      events.map(event => ({ id, event })),
    );
    const known = all.filter(({ event }) => this.ids.has(event.id!));
    if (known.length > 0) {
      return known.length === all.length
        ? all.map(({ event }) => this.ids.get(event.id!)!)
        : 'event_id_taken';
    }
    for (const { id } of request.aggregates) {
      const instance = this.instances.get(id);
      if (instance !== undefined && instance !== request.instance) {
        return 'wrong_instance';
      }
    }
    for (const { id, expected } of request.aggregates) {
      if (expected !== 'any' && expected !== (this.versions.get(id) ?? 0)) {
        return 'wrong_version';
      }
    }
    const owner = request.aggregates.find(({ events }) => events.length)!.id;
    for (const claim of request.claims!) {
      const holder = this.claims.get(keyOf(request, claim));
      if (claim.op === 'claim' && holder && holder !== owner) {
        return 'claim_taken';
      }
      if (claim.op === 'release' && holder !== owner) {
        return 'claim_not_held';
      }
      if (claim.op === 'move' && holder !== claim.from && holder !== owner) {
        return 'claim_not_held';
      }
    }
    for (const claim of request.claims!) {
      const key = keyOf(request, claim);
      if (claim.op === 'release') {
        this.claims.delete(key);
      } else {
        this.claims.set(key, owner);
      }
    }
    return all.map(({ id, event }) => {
      const version = (this.versions.get(id) ?? 0) + 1;
      this.versions.set(id, version);
      this.instances.set(id, request.instance);
      this.ids.set(event.id!, version);
      return version;
    });
  }
}

describe('appends', () => {
  let test: TestStore;
  let nodes: EventStore[];

  beforeAll(async () => {
    test = await startTestStore();
    nodes = [test.store, await test.another()];
  });

  afterAll(async () => {
    await test?.stop();
  });

  async function run(rounds: DrawnAppend[][]) {
    await test.database.knex.raw('truncate events, claims');
    let model = new Model();
    const [first, second] = nodes as [EventStore, EventStore];
    const doors = Array.from(
      { length: DOORS },
      (_, index) =>
        `house.door/00000000-0000-7000-8000-00000000000${index}` as AggregateId,
    );
    const sent: AppendRequest[] = [];
    for (const round of rounds) {
      // Drawn against the versions before the round, so that some conflict.
      const drawn = round.filter(({ parts }) =>
        parts.some(({ events }) => events > 0),
      );
      const past = { doors, model, sent };
      const requests = drawn.map(one => requestOf(one, past));
      sent.push(...requests);
      const settled = await Promise.allSettled(
        requests.map((request, index) =>
          (drawn[index]!.node ? first : second).log.append(request),
        ),
      );
      const stored = await readStored();
      const explained = explain(
        model,
        requests.map((request, index) => ({
          request,
          outcome: JSON.stringify(outcomeOf(settled[index]!)),
        })),
        stored,
      );
      expect({ requests, settled, explained: explained !== undefined }).toEqual(
        { requests, settled, explained: true },
      );
      model = explained!;
    }
  }

  /** What is stored, in the words of the model; versions and positions dense. */
  async function readStored(): Promise<Model> {
    const stored = new Model();
    let position = 0;
    for await (const { events } of test.store.log.readAll({ after: START })) {
      for (const event of events) {
        const { aggregateId, version, instance } = event;
        position += 1;
        expect(event.position).toBe(position);
        expect(version).toBe((stored.versions.get(aggregateId) ?? 0) + 1);
        stored.versions.set(aggregateId, version);
        stored.instances.set(aggregateId, instance);
        stored.ids.set(event.id, version);
      }
    }
    const claims = await test.database.knex('claims').select();
    for (const { instance, kind, value, owner } of claims) {
      stored.claims.set(`${instance} ${kind} ${value}`, owner);
    }
    return stored;
  }

  it('of two nodes at the same time do what the model does, in some order', async () => {
    const property = fc.asyncProperty(
      fc.array(fc.array(drawnAppend, { minLength: 1, maxLength: 7 }), {
        minLength: 1,
        maxLength: 6,
      }),
      run,
    );
    const { failed, counterexample, errorInstance } = await fc.check(property, {
      numRuns: RUNS,
      endOnFailure: true,
    });
    expect({ failed, counterexample, errorInstance }).toEqual({
      failed: false,
      counterexample: null,
      errorInstance: null,
    });
  });
});

/**
 * The model after the appends, in an order in which it gives each its outcome
 * and ends with what is stored; undefined when there is none.
 */
function explain(
  model: Model,
  appends: readonly { request: AppendRequest; outcome: string }[],
  stored: Model,
): Model | undefined {
  if (appends.length === 0) {
    return isSame(model, stored) ? model : undefined;
  }
  for (const [index, { request, outcome }] of appends.entries()) {
    const next = new Model(model);
    if (JSON.stringify(next.append(request)) === outcome) {
      const found = explain(next, appends.toSpliced(index, 1), stored);
      if (found) {
        return found;
      }
    }
  }
  return undefined;
}

function isSame(model: Model, stored: Model): boolean {
  const text = (one: Model) =>
    JSON.stringify(
      [one.versions, one.instances, one.ids, one.claims].map(map =>
        [...map]
          // Personal ones are stored as digests: who holds how many is told.
          .map(([key, value]) => (map === one.claims ? value : [key, value]))
          .map(entry => JSON.stringify(entry))
          .sort(),
      ),
    );
  return text(model) === text(stored);
}

function requestOf(
  drawn: DrawnAppend,
  past: { doors: AggregateId[]; model: Model; sent: AppendRequest[] },
): AppendRequest {
  const { doors, model, sent } = past;
  const earlier = drawn.repeat && sent.at(-drawn.repeat);
  if (earlier) {
    return earlier;
  }
  return {
    ...toDoor(doors[0]!, 0, []),
    instance: (drawn.otherInstance ? 'work' : 'home') as never,
    aggregates: drawn.parts.map(({ door, expected, events }) => ({
      id: doors[door]!,
      expected:
        expected === 'any'
          ? 'any'
          : (Math.max(
              0,
              (model.versions.get(doors[door]!) ?? 0) + expected,
            ) as never),
      events: Array.from({ length: events }, (_, index) =>
        index % 2
          ? doorShut.of({}, newEventId())
          : doorOpened.of({ hand: 'left' }, newEventId()),
      ),
    })),
    claims: drawn.claims.map(({ op, name, personal, from }) => {
      const claim = personal ? bellName : doorNumber;
      return op === 'move'
        ? claim.move(NAMES[name]!, doors[from]!)
        : claim[op](NAMES[name]!);
    }),
  };
}

function outcomeOf(
  outcome: PromiseSettledResult<AppendResult>,
): string | number[] {
  if (outcome.status === 'fulfilled') {
    return outcome.value.events.map(({ version }) => version);
  }
  const { code } = outcome.reason as { code?: string };
  if (!code?.startsWith('eventstore.')) {
    throw outcome.reason;
  }
  return code.replace('eventstore.', '');
}
