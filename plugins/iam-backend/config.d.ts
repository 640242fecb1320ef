export interface Config {
  iam?: {
    /** The instance that the portal belongs to; `default` when left out. */
    instance?: string;
    /**
     * Subjects of service tokens (`backend.auth.externalAccess`) with which the
     * portal's operator calls: they may do everything. None when left out.
     */
    operators?: string[];
  };
}
