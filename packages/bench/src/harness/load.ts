import { percentile } from './statistics';

export interface Load {
  /** Who act at the same time, each again as soon as it has its answer. */
  readonly callers: number;
  readonly milliseconds: number;
}

export interface LoadResult {
  readonly perSecond: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

/** Acts for a while, closed loop, and takes the time of each act. */
export async function load(
  { callers, milliseconds }: Load,
  act: (count: number) => Promise<unknown>,
): Promise<LoadResult> {
  const latencies: number[] = [];
  const startedAt = performance.now();
  const end = startedAt + milliseconds;
  let count = 0;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let now = performance.now(); now < end; ) {
        await act((count += 1));
        const answeredAt = performance.now();
        latencies.push(answeredAt - now);
        now = answeredAt;
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    perSecond: latencies.length / seconds,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
  };
}
