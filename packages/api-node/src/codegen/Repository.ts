/** Whose definitions are meant, and whose installed packages read them. */
export interface Repository {
  /** Has the folders of definitions and of what is generated. */
  readonly root: string;
  /** Has node_modules; usually the same folder. */
  readonly tools: string;
}
