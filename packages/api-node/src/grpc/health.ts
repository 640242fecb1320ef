/**
 * Health checking, for load balancers and probes:
 * https://github.com/grpc/grpc/blob/master/doc/health-checking.md
 */
import { EventEmitter, on } from 'node:events';
import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';
import {
  Health,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from '../gen/grpc/health/v1/health_pb';

/**
 * Whether this process takes calls. The same for all its services: they start
 * and stop together.
 */
export class ServingState {
  readonly #changes = new EventEmitter().setMaxListeners(0);
  readonly #end = new AbortController();
  #isServing = false;

  get isServing(): boolean {
    return this.#isServing;
  }

  set(isServing: boolean): void {
    if (isServing !== this.#isServing) {
      this.#isServing = isServing;
      this.#changes.emit('change');
    }
  }

  /** Ends all watches: this process won't change its state any more. */
  end(): void {
    this.#end.abort();
  }

  /** One value at once, then one for each change. */
  async *watch(signal: AbortSignal): AsyncGenerator<boolean> {
    const changes = on(this.#changes, 'change', {
      signal: AbortSignal.any([signal, this.#end.signal]),
    });
    try {
      yield this.#isServing;
      for await (const _ of changes) {
        yield this.#isServing;
      }
    } catch (error) {
      if (!this.#end.signal.aborted) {
        throw error;
      }
    }
  }
}

/** @param services - names; the empty one, for the whole server, is added */
export function addHealth(
  router: ConnectRouter,
  state: ServingState,
  services: readonly string[],
): void {
  const isKnown = (name: string) => name === '' || services.includes(name);
  const status = (isServing: boolean) => ({
    status: isServing ? ServingStatus.SERVING : ServingStatus.NOT_SERVING,
  });
  router.service(Health, {
    check: ({ service }) => {
      if (!isKnown(service)) {
        throw new ConnectError(`There is no service ${service}`, Code.NotFound);
      }
      return status(state.isServing);
    },
    list: () => ({
      statuses: Object.fromEntries(
        ['', ...services].map(name => [name, status(state.isServing)]),
      ),
    }),
    watch: async function* watch({ service }, { signal }) {
      for await (const isServing of state.watch(signal)) {
        yield isKnown(service)
          ? status(isServing)
          : { status: ServingStatus.SERVICE_UNKNOWN };
      }
    },
  });
}
