// A process with the same small read twice on one Express: as a plain route,
// and as a method of an API; and the method once more on a gRPC port.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type {
  AuditorService,
  HttpAuthService,
  LoggerService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  loadDefinition,
  type ApiCredentials,
  type ServiceImplementation,
} from '@callboard/api-node';
import { GrpcServer, serveApi } from '@callboard/api-node/testing';
import { descriptors } from '@callboard/plugin-eventstore-common/api';
import express from 'express';
import { serve } from '../../harness/serve';

const EVENT = {
  position: 42n,
  id: '01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e',
  instance: 'default',
  type: 'iam.user.locked',
  revision: 1,
  aggregateId: 'iam.user/01939f00-7a3c-7e4e-9f5d-3f0a4c1b2d3e',
  aggregateType: 'iam.user',
  version: 7n,
  payload: { reason: 'too many attempts' },
  actor: { kind: 1, id: 'user:default/ann' },
};

/** Who asks is known: a plain route does not look either. */
const credentials = {
  $$type: '@backstage/BackstageCredentials',
  principal: { type: 'user', userEntityRef: 'user:default/ann' },
} as ApiCredentials;

/** Every method of the API; the one that is measured answers. */
function implementations(): ServiceImplementation[] {
  return loadDefinition(descriptors).services.map(service => ({
    service,
    policies: Object.fromEntries(
      service.methods.map(({ localName }) => [localName, { allow: ['user'] }]),
    ),
    handlers: Object.fromEntries(
      service.methods.map(({ localName }) => [localName, async () => EVENT]),
    ),
  }));
}

serve(async () => {
  const logger = console as unknown as LoggerService;
  const api = serveApi(
    {
      descriptors,
      title: 'Bench',
      version: '1',
      services: implementations(),
    },
    {
      pluginId: 'bench',
      logger,
      // Not asked: the method needs no permission, and nothing is recorded.
      permissions: {} as PermissionsService,
      auditor: {} as AuditorService,
      httpAuth: {
        credentials: async () => credentials,
      } as unknown as HttpAuthService,
      noCredentials: credentials,
      limits: { maxBytes: 4 * 1024 * 1024, timeoutMs: 10_000 },
      positionTimeoutMs: 1_000,
    },
  );
  const app = express();
  app.get('/plain/events/:id', (request, response) => {
    response.json({
      ...EVENT,
      id: request.params.id,
      position: `${EVENT.position}`,
      version: `${EVENT.version}`,
    });
  });
  app.use(api.handler);
  const server = createServer(app).listen(0, '127.0.0.1');
  await new Promise(resolve => server.once('listening', resolve));

  const grpc = new GrpcServer({
    host: '127.0.0.1',
    port: 0,
    bodyTimeoutMs: 10_000,
    logger: { info() {} } as unknown as LoggerService,
  });
  for (const [path, handler] of api.grpc) {
    grpc.add(path, handler, () => ({
      ip: '127.0.0.1',
      authenticate: async () => credentials,
    }));
  }
  const grpcPort = await grpc.start();
  grpc.isOpen = true;

  return {
    ports: async () => ({
      http: (server.address() as AddressInfo).port,
      grpc: grpcPort,
    }),
    async close() {
      server.close();
      server.closeAllConnections();
      await grpc.stop();
    },
  };
});
