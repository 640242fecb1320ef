export interface Config {
  permission?: {
    iam?: {
      /**
       * What whoever tries the portal without signing in may do: everything, as
       * the only choice there is. Guests may do nothing when left out. `npm
       * start` sets it where only this machine can reach the portal; never set
       * it anywhere else.
       */
      guestRole?: 'local-trial';
    };
  };
}
