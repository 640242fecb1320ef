/**
 * How much JavaScript the browser app may load before it starts: no more than
 * the stock app of the Backstage release that Callboard is built on.
 */
import type { InitialScript, Weight } from './initialScripts.ts';

const KIB = 1024;

/** The stock Backstage 1.55.0 app, production build, scripts of its index.html. */
const BUDGET: Weight = {
  raw: 2901 * KIB,
  gzip: 825 * KIB,
  brotli: 690 * KIB,
};

const kib = (bytes: number) => Math.ceil(bytes / KIB).toLocaleString('en');

const ENCODINGS = ['raw', 'gzip', 'brotli'] as const;

/** How many of the biggest scripts are worth naming. */
const NAMED = 8;

/** The sum of what `scripts` weigh. */
export function totalWeight(scripts: Weight[]): Weight {
  return scripts.reduce<Weight>(
    (sum, script) => ({
      raw: sum.raw + script.raw,
      gzip: sum.gzip + script.gzip,
      brotli: sum.brotli + script.brotli,
    }),
    { raw: 0, gzip: 0, brotli: 0 },
  );
}

/** One sentence for each encoding in which `scripts` are over the budget. */
export function budgetFindings(
  scripts: InitialScript[],
  budget: Weight = BUDGET,
): string[] {
  const total = totalWeight(scripts);
  return ENCODINGS.filter(encoding => total[encoding] > budget[encoding]).map(
    encoding =>
      `The initial scripts are ${kib(total[encoding])} KiB ${encoding}, over the budget of ${kib(budget[encoding])} KiB by ${kib(total[encoding] - budget[encoding])} KiB. Load what the first page doesn't need lazily.`,
  );
}

/** The figures in one line: raw / gzip / brotli, each with its budget. */
export function budgetFigures(
  scripts: InitialScript[],
  budget: Weight = BUDGET,
): string {
  const total = totalWeight(scripts);
  const figures = ENCODINGS.map(
    encoding =>
      `${encoding} ${kib(total[encoding])} of ${kib(budget[encoding])} KiB`,
  );
  return `${scripts.length} initial scripts: ${figures.join(', ')}`;
}

/** The biggest scripts, a line for each. */
export function biggestScripts(scripts: InitialScript[]): string {
  return scripts
    .toSorted((a, b) => b.raw - a.raw)
    .slice(0, NAMED)
    .map(
      ({ file, raw, gzip, brotli }) =>
        `${kib(raw).padStart(6)} raw ${kib(gzip).padStart(5)} gzip ${kib(brotli).padStart(5)} brotli  ${file}`,
    )
    .join('\n');
}
