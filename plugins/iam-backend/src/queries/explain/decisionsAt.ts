/** Looks up in the log who decided each link of some chains. */
import type {
  AggregateId,
  EventEnvelope,
  Position,
  Version,
} from '@callboard/plugin-eventstore-common';
import type { EventLog } from '@callboard/plugin-eventstore-node';
import { matchesPermission } from '@callboard/plugin-iam-common';
import type { Chain, Decided, Link } from '../Explainer';
import type { Moment } from '../IamViews';
import type { UndecidedChain, UndecidedLink } from './chainsOf';

export async function decisionsAt(
  log: EventLog,
  chains: readonly UndecidedChain[],
  permission: string,
  moment: Moment,
): Promise<Chain[]> {
  const events = new Map<number, Promise<Decided>>();
  const roles = new Map<string, Promise<Decided | null>>();
  const decide = (link: UndecidedLink): Promise<Decided | null> => {
    if (link.kind === 'role') {
      const key = `${link.of} ${link.role}`;
      const known = roles.get(key);
      const found = known ?? roleDecision(log, link, permission, moment);
      roles.set(key, found);
      return found;
    }
    const { position } = link;
    const found = events.get(position!) ?? eventAt(log, position!);
    events.set(position!, found);
    return found;
  };
  return Promise.all(
    chains.map(async ({ links, ...chain }) => {
      const decided = await Promise.all(
        links.map(async link => {
          const { position: _position, ...rest } = link;
          return { ...rest, decided: await decide(link) } as Link;
        }),
      );
      const since = decided
        .map(link => link.decided?.at ?? '')
        .reduce((latest, at) => (at > latest ? at : latest), '');
      return { ...chain, links: decided, since };
    }),
  );
}

async function eventAt(log: EventLog, position: number): Promise<Decided> {
  const unreadable: Omit<EventEnvelope, 'payload'>[] = [];
  const { events } = await log.readBatch({
    after: (position - 1) as Position,
    limit: 1,
    onUnreadable: event => unreadable.push(event),
  });
  return toDecided([...events, ...unreadable][0]!);
}

function toDecided(event: Omit<EventEnvelope, 'payload'>): Decided {
  return {
    position: event.position,
    eventId: event.id,
    type: event.type,
    at: event.recordedAt,
    actor: event.actor,
  };
}

const EVENTS_AT_ONCE = 1_000;

/** The event since which a role has carried the permission, without a break. */
async function roleDecision(
  log: EventLog,
  { of, role }: Extract<UndecidedLink, { kind: 'role' }>,
  permission: string,
  moment: Moment,
): Promise<Decided | null> {
  if (of === null) {
    return null;
  }
  let since: Decided | null = null;
  for (let after = 0; ; ) {
    const events = await log.readAggregate(of as AggregateId, {
      after: after as Version,
      through: moment.position,
      limit: EVENTS_AT_ONCE,
    });
    for (const event of events) {
      const carries = carriedAfter(event, role, permission);
      if (carries !== undefined) {
        since = carries ? (since ?? toDecided(event)) : null;
      }
    }
    if (events.length < EVENTS_AT_ONCE) {
      return since;
    }
    after = events.at(-1)!.version;
  }
}

/** Undefined: the event has nothing to do with what the role carries. */
function carriedAfter(
  { type, payload }: EventEnvelope,
  role: string,
  permission: string,
): boolean | undefined {
  const { key, permissions } = payload as {
    key?: string;
    permissions?: readonly (string | { pattern: string })[];
  };
  const isOfProject = type.startsWith('iam.project.');
  if (isOfProject && key !== role) {
    return undefined;
  }
  if (type.endsWith('removed')) {
    return false;
  }
  return permissions?.some(entry =>
    matchesPermission(
      typeof entry === 'string' ? entry : entry.pattern,
      permission,
    ),
  );
}
