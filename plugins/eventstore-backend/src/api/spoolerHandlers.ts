import type { MessageInitShape } from '@bufbuild/protobuf';
import { ApiError } from '@callboard/api-client';
import type { ServiceHandlers, ServicePolicies } from '@callboard/api-node';
import {
  aggregateId as checkAggregateId,
  spoolerReadPermission,
  spoolerUpdatePermission,
} from '@callboard/plugin-eventstore-common';
import {
  Spooler_Kind as Kind,
  Spooler_State as State,
  type SpoolerSchema,
  type SpoolerService,
} from '@callboard/plugin-eventstore-common/api';
import type {
  JobCounts,
  PluginSpoolers,
  SpoolerState,
} from '@callboard/plugin-eventstore-node';
import { toTimestamp } from './messages';

const DEFAULT_PAGE_SIZE = 100;

const KINDS: Record<SpoolerState['kind'], Kind> = {
  view: Kind.VIEW,
  reactor: Kind.REACTOR,
};

const STATES: Record<SpoolerState['state'], State> = {
  building: State.BUILDING,
  live: State.LIVE,
  retired: State.RETIRED,
};

const reading = {
  allow: ['user', 'service'],
  permission: spoolerReadPermission,
} as const;
const updating = {
  allow: ['user', 'service'],
  permission: spoolerUpdatePermission,
  // Changes no aggregate, so that the auditor's report is its only trace.
  audit: 'high',
} as const;

export const spoolerPolicies: ServicePolicies<typeof SpoolerService> = {
  listSpoolers: reading,
  listQuarantinedAggregates: reading,
  listDeadLetters: reading,
  replayQuarantine: updating,
  rebuildView: updating,
  cancelRebuild: updating,
  replayDeadLetters: updating,
  discardDeadLetters: { ...updating, audit: 'critical' },
};

/** @param plugins - the spoolers of this process, by plugin */
export function createSpoolerHandlers(
  plugins: ReadonlyMap<string, PluginSpoolers>,
): ServiceHandlers<typeof SpoolerService> {
  const spoolersOf = (plugin: string) => {
    const spoolers = plugins.get(plugin);
    if (!spoolers) {
      throw new ApiError(`The plugin ${plugin} has no spoolers`, {
        code: 'NOT_FOUND',
        status: 'NOT_FOUND',
        metadata: { plugin },
      });
    }
    return spoolers;
  };

  return {
    async listSpoolers() {
      const all = await Promise.all(
        [...plugins].map(async ([plugin, { admin, reactors }]) => {
          const [states, counts] = await Promise.all([
            admin.states(),
            reactors.counts(),
          ]);
          return states.map(state => toSpooler(plugin, state, counts));
        }),
      );
      return { spoolers: all.flat() };
    },

    async listQuarantinedAggregates({ plugin, name, kind, pageSize }) {
      const quarantined = await spoolersOf(plugin).admin.quarantined(name, {
        kind: kindOf(kind),
        limit: pageSize || DEFAULT_PAGE_SIZE,
      });
      return {
        aggregates: quarantined.map(each => ({
          aggregateId: each.aggregateId,
          position: BigInt(each.position),
          cause: each.cause,
          attempts: each.attempts,
          since: toTimestamp(each.failedAt),
          eventType: each.type,
          eventId: each.eventId,
          waiting: each.waiting,
        })),
      };
    },

    async replayQuarantine({ plugin, name, kind, aggregateId }) {
      const result = await spoolersOf(plugin).admin.replay(name, {
        kind: kindOf(kind),
        ...(aggregateId
          ? { aggregateId: checkAggregateId(aggregateId, 'aggregateId') }
          : {}),
      });
      return {
        healed: BigInt(result.healed),
        failed: BigInt(result.failed),
        rebuildingGeneration: result.rebuilding,
        isPending: result.pending,
      };
    },

    rebuildView: async ({ plugin, name }) => ({
      generation: await spoolersOf(plugin).admin.rebuild(name),
    }),

    cancelRebuild: async ({ plugin, name }) => ({
      wasCancelled: await spoolersOf(plugin).admin.cancelRebuild(name),
    }),

    async listDeadLetters({ plugin, reactor, pageSize, pageToken }) {
      const limit = pageSize || DEFAULT_PAGE_SIZE;
      const found = await spoolersOf(plugin).reactors.deadLetters({
        limit: limit + 1,
        ...(reactor ? { reactor } : {}),
        ...(pageToken ? { after: pageToken } : {}),
      });
      const page = found.slice(0, limit);
      return {
        deadLetters: page.map(letter => ({
          id: letter.id,
          reactor: letter.reactor,
          eventId: letter.eventId,
          cause: letter.reason,
          attempts: letter.attempts,
          createdAt: toTimestamp(letter.createdAt),
          failedAt: toTimestamp(letter.failedAt),
        })),
        nextPageToken: found.length > limit ? page.at(-1)!.id : '',
      };
    },

    replayDeadLetters: async ({ plugin, ids }) => ({
      count: BigInt(await spoolersOf(plugin).reactors.replay(ids)),
    }),

    discardDeadLetters: async ({ plugin, ids }) => ({
      count: BigInt(await spoolersOf(plugin).reactors.discard(ids)),
    }),
  };
}

function toSpooler(
  plugin: string,
  state: SpoolerState,
  counts: readonly JobCounts[],
): MessageInitShape<typeof SpoolerSchema> {
  const jobs =
    state.kind === 'reactor'
      ? counts.find(({ reactor }) => reactor === state.name)
      : undefined;
  return {
    plugin,
    kind: KINDS[state.kind],
    name: state.name,
    version: state.version,
    generation: state.generation,
    state: STATES[state.state],
    position: BigInt(state.position),
    head: BigInt(state.head),
    lagEvents: BigInt(state.lagEvents),
    lagSeconds: state.lagSeconds,
    leader: state.leader,
    epoch: BigInt(state.epoch),
    rate: state.rate,
    events: BigInt(state.events),
    quarantined: BigInt(state.quarantined),
    error: state.error,
    failingSince: toTimestamp(state.failingSince),
    rebuild: state.rebuild && {
      done: BigInt(state.rebuild.done),
      total: BigInt(state.rebuild.total),
      rate: state.rebuild.rate,
      secondsLeft: state.rebuild.secondsLeft,
    },
    createdAt: toTimestamp(state.createdAt),
    liveAt: toTimestamp(state.liveAt),
    jobs: jobs && {
      waiting: BigInt(jobs.waiting),
      running: BigInt(jobs.running),
      retrying: BigInt(jobs.retrying),
      dead: BigInt(jobs.dead),
    },
  };
}

function kindOf(kind: Kind): SpoolerState['kind'] {
  return kind === Kind.REACTOR ? 'reactor' : 'view';
}
