import { ServiceUnavailableError } from '@backstage/errors';
import {
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import type { IamService } from './IamService';

/** How long a question waits for IAM's plugin to have started. */
const START_MS = 30_000;

/**
 * Where IAM's plugin leaves its service for the other plugins of its process.
 * Those use `iamServiceRef`.
 *
 * @public
 */
export interface RootIam {
  /** Called once, by IAM's plugin. */
  provide(service: IamService): void;
  /** @throws ServiceUnavailableError when the plugin has not started in time */
  provided(): Promise<IamService>;
}

/** @public */
export const rootIamServiceRef = createServiceRef<RootIam>({
  id: 'callboard.rootIam',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: {},
      factory: () => createRootIam(START_MS),
    }),
});

function createRootIam(startMs: number): RootIam {
  let service: IamService | undefined;
  const waiting = new Set<(service: IamService) => void>();
  return {
    provide(given) {
      service = given;
      waiting.forEach(go => go(given));
      waiting.clear();
    },
    async provided() {
      return service ?? new Promise(waitForIt);
    },
  };

  function waitForIt(
    resolve: (service: IamService) => void,
    reject: (error: Error) => void,
  ): void {
    const timer = setTimeout(() => {
      waiting.delete(resolve);
      reject(new ServiceUnavailableError('IAM has not started'));
    }, startMs);
    timer.unref();
    waiting.add(resolve);
  }
}
