export interface Config {
  app?: {
    /**
     * True where everyone who reaches the portal is let in as a guest. `npm
     * start` sets it, and only when it listens on the loopback address; the
     * app shows a banner for it and signs people in without asking.
     * @visibility frontend
     */
    guestAccess?: boolean;
  };
}
