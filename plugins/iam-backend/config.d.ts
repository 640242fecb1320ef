export interface Config {
  iam?: {
    /** The instance that the portal belongs to; `default` when left out. */
    instance?: string;
    /**
     * Subjects of service tokens (`backend.auth.externalAccess`) with which the
     * portal's operator calls: they may do everything. None when left out.
     */
    operators?: string[];
    /**
     * The first organization and administrator of an instance that has none. A
     * link that the portal prints asks for them when left out.
     */
    setUp?: {
      /** What the instance is called, and its language: Callboard, en. */
      name?: string;
      language?: string;
      organization?: {
        name: string;
        slug: string;
      };
      owner?: {
        username: string;
        givenName: string;
        familyName: string;
        displayName?: string;
        language?: string;
        email: string;
      };
    };
    /** Access that is described in files, and kept as described. */
    asCode?: {
      /** How often sources are read, 5 to 86400; 60 when left out. */
      pollSeconds?: number;
      sources?: Array<{
        /** In small letters, digits and hyphens. */
        name: string;
        /** A file or folder, or the URL of either in a Git host. */
        target: string;
        /**
         * `observe` shows what would be changed, `enforce` changes it and undoes
         * what was changed elsewhere. `observe` when left out.
         */
        mode?: 'observe' | 'enforce';
        /** The portal's own when left out. */
        instance?: string;
        /**
         * Slugs of the organizations that it may describe; all of them, and the
         * instance, when left out.
         */
        organizations?: string[];
      }>;
    };
    /** Avatars and logos. */
    assets?: {
      /** `disk` (one node, or a shared file system) when left out. */
      storage?: 'disk' | 's3';
      /** Where `disk` keeps them; `.callboard/assets` when left out. */
      folder?: string;
      /** Of one image; 1024 when left out. */
      maxKilobytes?: number;
      s3?: {
        bucket: string;
        prefix?: string;
        region?: string;
        /** Of another service that speaks the protocol. */
        endpoint?: string;
        forcePathStyle?: boolean;
        /** From the environment, as AWS's tools find them, when left out. */
        accessKeyId?: string;
        /** @visibility secret */
        secretAccessKey?: string;
      };
    };
  };
}
