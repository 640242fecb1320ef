/** What a portal is started with. */
export type PortalOptions = {
  host: string;
  port: number;
  /** A folder for all that is kept between runs; an absolute path. */
  dataDir: string;
  /** A PostgreSQL server of one's own instead of the embedded one. */
  databaseUrl: string | undefined;
  /** Configuration files on top of app-config.yaml; absolute paths. */
  configFiles: string[];
};
