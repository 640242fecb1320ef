import type { Row } from './Row';

/** A report for people: one line for each row, in columns. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [
    ['', 'measured', 'value', 'peer', 'ratio', 'target'],
    ...rows.map(row => [
      row.pass ? 'pass' : 'MISS',
      row.title,
      `${formatFigure(row.value)} ${row.unit}`,
      row.peer === null ? '' : `${formatFigure(row.peerValue!)} (${row.peer})`,
      row.ratio === null ? '' : `${formatFigure(row.ratio)} ×`,
      row.target,
    ]),
  ];
  const widths = lines[0]!.map((_, column) =>
    Math.max(...lines.map(line => line[column]!.length)),
  );
  return lines
    .map(line =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Three digits that count; whole from 1,000. */
export function formatFigure(figure: number): string {
  return Math.abs(figure) >= 1000
    ? Math.round(figure).toLocaleString('en')
    : String(Number(figure.toPrecision(3)));
}
