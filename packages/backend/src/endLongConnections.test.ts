import { createServer, get, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type {
  LifecycleServiceShutdownHook,
  RootLifecycleService,
} from '@backstage/backend-plugin-api';
import { endLongConnections } from './endLongConnections';

describe('endLongConnections', () => {
  let server: Server;
  let shutDown: () => Promise<void>;
  let answer: () => void;

  beforeEach(async () => {
    const hooks: LifecycleServiceShutdownHook[] = [];
    server = createServer((request, response) => {
      if (request.url?.startsWith('/api/events/')) {
        // As express does where a router is mounted.
        request.url = request.url.slice('/api/events'.length);
        response.writeHead(202).flushHeaders();
      } else {
        answer = () => response.end('answered');
        server.emit('asked');
      }
    });
    server.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    });
    endLongConnections(server, {
      addShutdownHook: hook => hooks.push(hook),
    } as Partial<RootLifecycleService> as RootLifecycleService);
    await new Promise<void>(done => {
      server.listen(0, '127.0.0.1', done);
    });
    shutDown = async () => {
      await Promise.all(hooks.map(hook => hook()));
      await new Promise(done => {
        server.close(done);
      });
    };
  });

  function url(path: string) {
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  }

  it('ends a question to the event bus', async () => {
    const response = await fetch(
      url('/api/events/bus/v1/subscriptions/catalog.test/events'),
    );
    const body = response.text();
    await shutDown();
    expect(response.status).toBe(202);
    expect(await body).toBe('');
  });

  it('ends a WebSocket', async () => {
    const { port } = server.address() as AddressInfo;
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'GET /api/signals HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    );
    await new Promise(done => {
      socket.once('data', done);
    });
    const closed = new Promise(done => {
      socket.once('close', done);
    });
    await shutDown();
    await closed;
    expect(socket.destroyed).toBe(true);
  });

  it('lets an ordinary request finish', async () => {
    const asked = new Promise(done => {
      server.once('asked', done);
    });
    const body = new Promise<string>((resolve, reject) => {
      get(url('/api/catalog/entities'), response => {
        let text = '';
        response.on('data', data => {
          text += data;
        });
        response.on('end', () => resolve(text));
      }).on('error', reject);
    });
    await asked;
    const stopped = shutDown();
    answer();
    expect(await body).toBe('answered');
    await stopped;
  });
});
