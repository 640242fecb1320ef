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
  };
}
