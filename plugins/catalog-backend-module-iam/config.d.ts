export interface Config {
  catalog?: {
    providers?: {
      /** Users and groups of IAM as entities. */
      iam?: {
        /**
         * Whether e-mail addresses are shown. Everybody who may read the
         * catalog sees them: true.
         */
        email?: boolean;
        /** Whether machines are users of the catalog, too: false. */
        machines?: boolean;
      };
    };
  };
}
