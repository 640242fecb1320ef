/** What a process offers to be called. */
export interface Methods {
  readonly [method: string]: (argument: any) => Promise<unknown>; // any: each has its own
}

interface Call {
  readonly call: number;
  readonly method: string;
  readonly argument: object;
}

/**
 * The other side of `WorkerProcess`: answers calls until its parent lets go of
 * it.
 *
 * @param open - prepares what the methods need; its methods have to include
 * `close`
 */
export function serve<TOptions>(
  open: (options: TOptions) => Promise<Methods & { close(): Promise<void> }>,
): void {
  let methods: Methods = {
    async open(options: TOptions) {
      methods = await open(options);
    },
  };
  process.on('message', async ({ call, method, argument }: Call) => {
    try {
      const value = await methods[method]!(argument);
      process.send!({ call, value });
    } catch (error) {
      process.send!({ call, error: (error as Error).stack ?? String(error) });
    }
  });
  process.once('disconnect', () => process.exit());
}
