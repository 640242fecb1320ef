import type { Position } from '@callboard/plugin-eventstore-common';
import type { IamViews } from '../queries/IamViews';

/** Waits until all of IAM's views show everything up to a position. */
export async function waitForViews(
  { knex: _knex, log: _log, clock: _clock, ...views }: IamViews,
  position: number,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    Object.values(views).map(view =>
      view.waitFor(position as Position, { signal }),
    ),
  );
}
