/*
 * When and how the launcher is to end.
 *
 * The first signal asks for an orderly end; so does the loss of the channel to
 * whoever started us, which closes when that process dies. A second one forces:
 * children are killed. One Ctrl-C can arrive several times, from the terminal
 * and from each npm in between, so what follows at once is the same wish.
 */
const sameWish = 1000;

export type EndReason = NodeJS.Signals | 'disconnect';

export class Ending {
  readonly #controller = new AbortController();
  readonly #force = new Set<() => void>();
  #asked = 0;
  #reason: EndReason | undefined;

  /** Aborted when the launcher is to end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get reason(): EndReason | undefined {
    return this.#reason;
  }

  /** The exit code of a command that was cut short: 128 and the signal's number. */
  get exitCode(): number {
    return this.#reason === 'SIGINT' ? 130 : 143;
  }

  /** Calls that end children at once; gives back how to take them off the list. */
  onForce(kill: () => void): () => void {
    this.#force.add(kill);
    return () => this.#force.delete(kill);
  }

  /** Settled when the launcher is to end. */
  wished(): Promise<void> {
    return new Promise(resolve => {
      if (this.signal.aborted) {
        resolve();
      } else {
        this.signal.addEventListener('abort', () => resolve(), { once: true });
      }
    });
  }

  ask(reason: EndReason, now: number = performance.now()): void {
    if (!this.#reason) {
      this.#reason = reason;
      this.#asked = now;
      this.#controller.abort(reason);
    } else if (reason !== 'disconnect' && now - this.#asked > sameWish) {
      this.force();
    }
  }

  force(): void {
    for (const kill of this.#force) {
      kill();
    }
    process.exit(this.exitCode);
  }

  /** Begins to listen for what asks this process to end. */
  listen(): void {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(name, () => this.ask(name));
    }
    if (process.channel) {
      process.on('disconnect', () => this.ask('disconnect'));
      // The channel is there to close, not to keep us alive.
      process.channel.unref();
    }
  }
}
