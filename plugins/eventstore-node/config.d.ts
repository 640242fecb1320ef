export interface Config {
  /** The event store. */
  eventstore?: {
    /**
     * Encrypt the keys of personal data and of seals. The first one encrypts;
     * the others still decrypt, so that keys can be changed. Without any, the
     * environment variable CALLBOARD_MASTER_KEY is used.
     */
    masterKeys?: Array<{
      /** A name for it. Never give it to another key. */
      id: string;
      /**
       * 32 random bytes in base64.
       * @visibility secret
       */
      secret: string;
    }>;
    /** Seal the log in the background. On when there is a master key. */
    seal?: boolean;
    append?: {
      /** Appends that may wait in a process before it says it is busy: 10000. */
      maxQueued?: number;
      /** How long a database that does not answer is tried, in ms: 15000. */
      unreachableAfterMs?: number;
      /** How long stopping waits for appends, in ms: 20000. */
      drainTimeoutMs?: number;
    };
    /** Which work this node takes on; all of it when left out. */
    roles?: {
      /** Keeps views up to date. */
      spoolers?: boolean;
      /** Turns events into jobs of reactors, and runs them. */
      reactors?: boolean;
    };
    spoolers?: {
      /** How long a leader that is not heard of keeps its place, in ms: 6000. */
      leaseMs?: number;
      /** How often the log is looked at when wake-ups are lost, in ms: 1000. */
      pollMs?: number;
      /** Events read and written at once: 1000. */
      batchSize?: number;
      /** How long a read waits for its view to be fresh enough, in ms: 2000. */
      waitMs?: number;
    };
    reactors?: {
      /** Jobs of one plugin that a node runs at once: 4. */
      concurrency?: number;
      /** How often it is looked for jobs to be tried again, in ms: 5000. */
      pollMs?: number;
    };
  };
}
