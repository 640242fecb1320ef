import type { LoggerService } from '@backstage/backend-plugin-api';
import { BadArgumentError } from '@callboard/plugin-eventstore-common';
import type { Declaration } from '../spoolers/Declaration';
import { pause } from '../spoolers/pause';
import type { SpoolerHost } from '../spoolers/SpoolerHost';
import type { Target } from '../spoolers/Target';
import type { Operator } from './defineOperator';

const PAUSE_AFTER_END_MS = 1_000;

/** An operator's work in this process, from when it leads until it doesn't. */
class Term {
  readonly id: number;
  readonly epoch: number;
  readonly #abort = new AbortController();
  readonly #ended: Promise<void>;
  #news = false;
  #wake?: () => void;

  constructor(
    options: { id: number; epoch: number; operator: Operator },
    logger: LoggerService,
  ) {
    this.id = options.id;
    this.epoch = options.epoch;
    this.#ended = this.#run(options.operator, logger);
  }

  tell(): void {
    this.#news = true;
    this.#wake?.();
  }

  async end(): Promise<void> {
    this.#abort.abort(new Error('Another process may lead by now'));
    await this.#ended;
  }

  async #run(operator: Operator, logger: LoggerService): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        await operator.lead({
          signal,
          epoch: this.epoch,
          wait: ms => this.#wait(ms),
        });
      } catch (error) {
        if (!signal.aborted) {
          logger.warn(`Operator ${operator.name} failed: ${error}`);
        }
      }
      await pause(PAUSE_AFTER_END_MS, signal).catch(() => {});
    }
  }

  async #wait(ms: number): Promise<boolean> {
    if (!this.#news) {
      await pause(ms, this.#abort.signal, stop => {
        this.#wake = stop;
      });
      this.#wake = undefined;
    }
    this.#abort.signal.throwIfAborted();
    const news = this.#news;
    this.#news = false;
    return news;
  }
}

/**
 * Runs operators where their spoolers are led. The spooler passes over the
 * events, which wakes the operator, and moves its place in the log; who leads
 * is looked at after each renewal of leases.
 */
export class OperatorRunner {
  readonly #host: SpoolerHost;
  readonly #logger: LoggerService;
  readonly #operators = new Map<string, Operator>();
  readonly #terms = new Map<string, Term>();
  readonly #ending = new Set<Promise<void>>();
  #unwatch?: () => void;

  constructor(options: { host: SpoolerHost; logger: LoggerService }) {
    this.#host = options.host;
    this.#logger = options.logger;
  }

  /** @throws BadArgumentError when the name is taken */
  async add(operator: Operator): Promise<void> {
    const taken = [...this.#host.declarations].some(
      ({ kind, name }) => kind === 'reactor' && name === operator.name,
    );
    if (taken) {
      throw new BadArgumentError(
        'name',
        `there is a reactor or operator '${operator.name}' already`,
      );
    }
    this.#operators.set(operator.name, operator);
    await this.#host.add(this.#declare(operator));
  }

  start(): void {
    this.#unwatch = this.#host.onTick(() => this.#follow());
    this.#follow();
  }

  /** Ends all work before the leases are given up. */
  async stop(): Promise<void> {
    this.#unwatch?.();
    for (const name of this.#terms.keys()) {
      this.#end(name);
    }
    await Promise.all(this.#ending);
  }

  #follow(): void {
    for (const [name, operator] of this.#operators) {
      const row = this.#host.rows.find(
        each => each.kind === 'reactor' && each.name === name,
      );
      const spooler = row && this.#host.leading(row.id);
      const term = this.#terms.get(name);
      if (term && term.epoch !== spooler?.epoch) {
        this.#end(name);
      }
      if (spooler && !this.#terms.has(name)) {
        const { id, epoch } = spooler;
        this.#terms.set(name, new Term({ id, epoch, operator }, this.#logger));
      }
    }
  }

  #end(name: string): void {
    const ending = this.#terms.get(name)!.end();
    this.#terms.delete(name);
    this.#ending.add(ending);
    void ending.finally(() => this.#ending.delete(ending));
  }

  #declare(operator: Operator): Declaration {
    return {
      kind: 'reactor',
      name: operator.name,
      version: 1,
      types: operator.events.map(({ type }) => type),
      from: 'now',
      shape: {},
      schema: null,
      schemaOf: () => null,
      createStatements: () => [],
      createTarget: () => this.#targetOf(operator),
    };
  }

  /** Writes nothing: what an operator does doesn't follow from single events. */
  #targetOf(operator: Operator): Target {
    let news = false;
    return {
      types: new Set(operator.events.map(({ type }) => type)),
      apply(event) {
        try {
          news ||= operator.concerns(event);
          return { outcome: 'applied' };
        } catch (error) {
          return { outcome: 'failed', error };
        }
      },
      discover: () => {},
      fetch: async () => {},
      parts: () => [],
      written: () => {
        if (news) {
          news = false;
          this.#terms.get(operator.name)?.tell();
        }
      },
      forget: () => {},
    };
  }
}
