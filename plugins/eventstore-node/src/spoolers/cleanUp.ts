import type { Knex } from 'knex';
import { forgetDeadNodes } from './operations/deadNodes';
import { dropRetired, retireSuperseded } from './operations/retire';
import type { SpoolerSettings } from './settings';
import type { SpoolerRow } from './tables';
import type { Workers } from './Workers';

/**
 * Drops what nobody reads any more, and forgets nodes that have died. Done by
 * who leads.
 *
 * @param led - what this process leads, out of all the `rows`
 */
export async function cleanUp(
  knex: Knex,
  options: {
    led: readonly SpoolerRow[];
    rows: readonly SpoolerRow[];
    settings: SpoolerSettings;
    workers: Workers | undefined;
  },
): Promise<void> {
  const { led, rows, settings, workers } = options;
  if (led.length === 0) {
    return;
  }
  for (const row of led.filter(({ state }) => state === 'live')) {
    const others = rows.filter(
      other =>
        other.kind === row.kind &&
        other.name === row.name &&
        other.id !== row.id,
    );
    if (others.some(other => other.version < row.version)) {
      await retireSuperseded(
        knex,
        row.kind,
        row.name,
        settings.keepSupersededMs,
      );
    }
    for (const other of others.filter(({ state }) => state === 'retired')) {
      await dropRetired(knex, other);
    }
  }
  const silentMs = 2 * settings.leaseMs;
  await forgetDeadNodes(knex, silentMs);
  if (led.some(({ kind }) => kind === 'reactor')) {
    await workers?.freeOrphans(silentMs);
  }
}
