import type { Finding } from './Row';

/** One thing that is measured, with all it needs prepared and cleared away. */
export interface Measurement<TGround> {
  /** What the ids of its rows begin with. */
  readonly id: string;
  measure(ground: TGround, rounds: number): Promise<Finding[] | NotRun>;
}

/** Why a measurement could not be made on this machine. */
export interface NotRun {
  readonly notRun: string;
}

export interface BenchRun {
  readonly rounds: number;
  /** Which measurements are wanted; all when it is empty. */
  readonly only: readonly string[];
  /** The run is to end early; what was started is stopped first. */
  readonly signal: AbortSignal;
  /** Something a reader of the report should know. */
  onNote(note: string): void;
  /** Told of each measurement before it begins. */
  onMeasurement(id: string): void;
  onFinding(finding: Finding): void;
  onNotRun(id: string, reason: string): void;
  /** A measurement failed; the others go on. */
  onBroken(id: string, error: unknown): void;
}

export interface Bench {
  readonly name: string;
  /** Versions of what takes part, by name. */
  versions(): Readonly<Record<string, string>>;
  run(run: BenchRun): Promise<void>;
}
