/** What a figure has to be: the value itself, or its ratio to the peer's. */
export interface Bound {
  readonly of: 'value' | 'ratio';
  readonly is: 'atLeast' | 'under';
  readonly bound: number;
}

/** Every bound has to hold, or one of them. */
export type Target = { readonly all: readonly Bound[] } | OneOf;
type OneOf = { readonly any: readonly Bound[] };

/** What a measurement found. */
export interface Finding {
  /** Unique in its bench, kebab-case. */
  readonly id: string;
  /** What was measured, for people. */
  readonly title: string;
  readonly value: number;
  readonly unit: string;
  /** What it was measured beside, in the same unit. */
  readonly peer?: { readonly name: string; readonly value: number };
  readonly target: Target;
}

/** One line of a report, as it is written to JSON. */
export interface Row {
  readonly id: string;
  readonly title: string;
  readonly value: number;
  readonly unit: string;
  readonly peer: string | null;
  readonly peerValue: number | null;
  /** The value divided by the peer's. */
  readonly ratio: number | null;
  readonly target: string;
  readonly pass: boolean;
}

/** Holds a finding against its target. */
export function toRow(finding: Finding): Row {
  const { id, title, value, unit, peer, target } = finding;
  const ratio = peer ? value / peer.value : null;
  const holds = ({ of, is, bound }: Bound) => {
    const figure = of === 'value' ? value : ratio;
    // A figure that could not be had meets no target.
    if (figure === null || !Number.isFinite(figure)) {
      return false;
    }
    return is === 'atLeast' ? figure >= bound : figure < bound;
  };
  return {
    id,
    title,
    value,
    unit,
    peer: peer?.name ?? null,
    peerValue: peer?.value ?? null,
    ratio,
    target: describe(target, unit),
    pass: 'all' in target ? target.all.every(holds) : target.any.some(holds),
  };
}

function describe(target: Target, unit: string): string {
  const words = ({ of, is, bound }: Bound) =>
    `${is === 'atLeast' ? '≥' : '<'} ${bound.toLocaleString('en')} ${
      of === 'ratio' ? '× peer' : unit
    }`;
  return 'all' in target
    ? target.all.map(words).join(' and ')
    : target.any.map(words).join(' or ');
}
