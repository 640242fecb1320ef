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
  };
}
