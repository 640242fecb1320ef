/** SQLSTATE classes: data exceptions, violated constraints, program limits. */
const DATA_ERROR = /^(22|23|54)/;

/** Whether a statement failed because of what it was to write. */
export function isDataError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && DATA_ERROR.test(code);
}
