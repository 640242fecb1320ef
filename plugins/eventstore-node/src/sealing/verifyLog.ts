import type { Knex } from 'knex';
import type { JWK } from 'jose';
import { selectRows } from '../log/read/selectEvents';
import { storedRows } from '../log/read/storedRows';
import {
  verifySeals,
  type SealFault,
  type SealVerification,
  type StoredSeal,
} from './verifySeals';

const SEALS_AT_ONCE = 20;

/** {@link SealVerification} with what is behind the last seal. @public */
export interface LogVerification extends SealVerification {
  /** Events that no seal covers yet. */
  readonly unsealed: number;
}

/**
 * Verifies the whole log. Reads it once, with bounded memory.
 *
 * @param options - `keys`: trusted public keys by key id; `anchor`: a head
 * noted elsewhere (the log line of a seal, an earlier verification), without
 * which a log that was cut off at its end looks whole
 */
export async function verifyLog(
  knex: Knex,
  options: {
    keys: ReadonlyMap<string, JWK>;
    anchor?: { block: number; hash: string };
  },
): Promise<LogVerification> {
  const verified = await verifySeals({
    seals: storedSeals(knex),
    rowsOf: (first, last) => storedRows(knex, { first, last }),
    ...options,
  });
  const sealed = verified.events;
  const [row] = await selectRows(
    knex,
    `select count(*), min(position) filter (where position < 1),
        coalesce(max(position), 0)
      from events where position > ? or position < 1`,
    [sealed],
  );
  const unsealed = Number(row![0]);
  const fault =
    verified.fault ??
    (await unsealedFault(knex, {
      sealed,
      unsealed,
      below: row![1],
      last: Number(row![2]),
    }));
  return { ...verified, ...(fault ? { fault } : {}), unsealed };
}

async function unsealedFault(
  knex: Knex,
  options: {
    sealed: number;
    unsealed: number;
    below: string | null | undefined;
    last: number;
  },
): Promise<SealFault | undefined> {
  const { sealed, unsealed, below, last } = options;
  if (below) {
    const position = Number(below);
    return {
      kind: 'inserted',
      position,
      message: `Event ${position} was inserted before the first`,
    };
  }
  if (unsealed === 0 || last - sealed === unsealed) {
    return undefined;
  }
  const [gap] = await selectRows(
    knex,
    `select coalesce(
        (select e.position + 1 from events e where e.position > ?
          and not exists (select 1 from events n where n.position = e.position + 1)
          order by e.position limit 1), ?)`,
    [sealed, sealed + 1],
  );
  const [first] = await selectRows(
    knex,
    'select 1 from events where position = ?',
    [sealed + 1],
  );
  const position = first ? Number(gap![0]) : sealed + 1;
  return { kind: 'missing', position, message: `Event ${position} is missing` };
}

/** All seals in order, a few at a time. */
export async function* storedSeals(knex: Knex): AsyncGenerator<StoredSeal> {
  let after = 0;
  for (;;) {
    const rows = await knex('seals')
      .where('block', '>', after)
      .orderBy('block')
      .limit(SEALS_AT_ONCE);
    for (const row of rows) {
      yield {
        block: Number(row.block),
        first: Number(row.first_position),
        last: Number(row.last_position),
        leaves: row.leaves,
        head: row.head,
      };
    }
    if (rows.length < SEALS_AT_ONCE) {
      return;
    }
    after = Number(rows.at(-1)!.block);
  }
}
