/**
 * An API's definition, or what implements it, is wrong. Thrown at start, so
 * that a half-served API is never seen.
 *
 * @public
 */
export class DefinitionError extends Error {
  constructor(
    /** The method or template at fault. */
    readonly subject: string,
    problem: string,
  ) {
    super(`${subject}: ${problem}`);
    this.name = 'DefinitionError';
  }
}
