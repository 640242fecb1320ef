import type { AddressInfo } from 'node:net';
import {
  mockCredentials,
  mockServices,
  startTestBackend,
} from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  Library,
  createLibraryPlugin,
} from '../__fixtures__/library/libraryPlugin';

export interface StartedLibrary {
  readonly library: Library;
  /** Of the plugin, without a slash at its end. */
  readonly baseUrl: string;
  readonly grpcAddress: string;
  readonly permissions: ReturnType<typeof mockServices.permissions.mock>;
  readonly auditor: ReturnType<typeof mockServices.auditor.mock>;
  /** What was logged as an error: the facts beside the text. */
  loggedErrors(): object[];
  stop(): Promise<void>;
}

export const userToken = mockCredentials.user.header().replace('Bearer ', '');

/** The library on a real backend, with both of its ports. */
export async function startLibrary(config?: object): Promise<StartedLibrary> {
  const library = new Library();
  const permissions = mockServices.permissions.mock({
    authorize: async requests =>
      requests.map(() => ({ result: AuthorizeResult.ALLOW })),
    authorizeConditional: async requests =>
      requests.map(() => ({ result: AuthorizeResult.ALLOW })),
  });
  const auditor = mockServices.auditor.mock();
  const logged: object[] = [];
  const logger = mockServices.rootLogger.mock();
  logger.child.mockReturnValue(logger);
  logger.error.mockImplementation((_, meta) => logged.push({ ...meta }));
  const backend = await startTestBackend({
    features: [
      createLibraryPlugin(library),
      permissions.factory,
      auditor.factory,
      logger.factory,
      mockServices.httpAuth.factory({
        defaultCredentials: mockCredentials.none(),
      }),
      mockServices.rootConfig.factory({
        data: {
          backend: { baseUrl: 'http://localhost', listen: { port: 0 } },
          callboard: { grpc: { port: 0 } },
          ...config,
        },
      }),
    ],
  });
  const { port } = backend.server.address() as AddressInfo;
  return {
    library,
    baseUrl: `http://127.0.0.1:${port}/api/library`,
    grpcAddress: `127.0.0.1:${library.grpcPort}`,
    permissions,
    auditor,
    loggedErrors: () => logged,
    stop: () => backend.stop(),
  };
}
