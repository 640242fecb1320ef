/*
 * Runs benches by name, prints a table, and writes the rows as JSON. Exits with
 * 1 when a target is missed, with 2 when the command line is wrong.
 */
import { writeFile } from 'node:fs/promises';
import { apiBench } from './api/apiBench';
import { eventstoreBench } from './eventstore/eventstoreBench';
import type { Bench } from './harness/Bench';
import { describeMachine } from './harness/describeMachine';
import { formatFigure, formatTable } from './harness/formatTable';
import { ArgumentsError, parseArguments } from './harness/parseArguments';
import { toRow, type Row } from './harness/Row';
import { iamBench } from './iam/iamBench';

const benches: readonly Bench[] = [apiBench, eventstoreBench, iamBench];

const print = (text: string) => process.stdout.write(`${text}\n`);

async function main(): Promise<number> {
  const names = benches.map(bench => bench.name);
  const {
    names: wanted,
    json,
    only,
    rounds,
  } = parseArguments(process.argv.slice(2), names);
  if (wanted.length === 0) {
    print(`Benches: ${names.join(', ')}`);
    return 0;
  }
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => ending.abort(new Error(`Ended by ${signal}`)));
  }
  const rows: Row[] = [];
  const broken: string[] = [];
  for (const bench of benches.filter(({ name }) => wanted.includes(name))) {
    const machine = describeMachine();
    print(
      `${bench.name}: ${machine.cores} × ${machine.cpu}, ${machine.memoryGiB} GiB, ` +
        `${machine.platform}, load ${machine.load}, ${rounds} rounds`,
    );
    const versions = { node: machine.node, ...bench.versions() };
    print(
      Object.entries(versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    );
    await bench.run({
      rounds,
      only,
      signal: ending.signal,
      onNote: print,
      onMeasurement: id => print(`- ${id} (load ${describeMachine().load})`),
      onFinding: finding => {
        rows.push(toRow(finding));
        // At once: a later measurement may fail, or be interrupted.
        print(
          `  ${finding.id}: ${formatFigure(finding.value)} ${finding.unit}`,
        );
      },
      onNotRun: (id, reason) => print(`- ${id}: not measured: ${reason}`),
      onBroken: (id, error) => {
        broken.push(id);
        print(`- ${id}: broken: ${(error as Error).stack ?? error}`);
      },
    });
  }
  print(`\n${formatTable(rows)}`);
  if (json !== undefined) {
    await writeFile(json, `${JSON.stringify(rows, null, 2)}\n`);
  }
  return broken.length === 0 && rows.every(row => row.pass) ? 0 : 1;
}

main().then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(
      `${error instanceof ArgumentsError ? error.message : error.stack}\n`,
    );
    process.exitCode = error instanceof ArgumentsError ? 2 : 1;
  },
);
