// Other nodes of the portal, as processes of their own.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A process that runs a script of the folder `processes`. */
export interface NodeProcess {
  readonly child: ChildProcess;
  /** All it has sent so far. */
  readonly messages: readonly any[]; // any: each script sends its own
  /** Settles with the first message of this kind, sent before or to come. */
  message(kind: string): Promise<any>; // any: as above
  send(message: object): void;
  /** Settles when it has ended; rejects when it failed by itself. */
  readonly ended: Promise<void>;
  /** SIGKILL: it gets no chance to do anything. */
  kill(): Promise<void>;
}

const running = new Map<ChildProcess, NodeProcess>();

/** Ends what a failed test has left running. */
export async function killNodeProcesses(): Promise<void> {
  await Promise.all([...running.values()].map(node => node.kill()));
}

/** Starts `processes/<script>.ts` with a task, which it gets as JSON. */
export function startNodeProcess(script: string, task: object): NodeProcess {
  const child = fork(
    join(__dirname, 'processes', `${script}.ts`),
    [JSON.stringify(task)],
    {
      execArgv: [
        '--no-warnings',
        '--import',
        require.resolve('@backstage/cli/config/nodeTransform.cjs'),
      ],
      // What jest sets is not for them.
      env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: 'test' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );
  const messages: any[] = []; // any: as above
  const waiting = new Map<string, (message: unknown) => void>();
  child.on('message', (message: { kind: string }) => {
    messages.push(message);
    waiting.get(message.kind)?.(message);
    waiting.delete(message.kind);
  });
  let killed = false;
  const ended = once(child, 'exit').then(([code, signal]) => {
    running.delete(child);
    if (!killed && (code !== 0 || signal)) {
      throw new Error(`${script} ended with ${code ?? signal}`);
    }
  });
  ended.catch(() => {}); // looked at by whoever waits for it
  const node: NodeProcess = {
    child,
    messages,
    ended,
    message: kind => {
      const there = messages.find(message => message.kind === kind);
      return there
        ? Promise.resolve(there)
        : Promise.race([
            new Promise(resolve => waiting.set(kind, resolve)),
            ended.then(() => {
              throw new Error(`${script} ended without ${kind}`);
            }),
          ]);
    },
    send: message => child.send(message),
    async kill() {
      killed = true;
      child.kill('SIGKILL');
      await ended;
    },
  };
  running.set(child, node);
  return node;
}
