/**
 * For the tests of those who use the event store.
 *
 * @packageDocumentation
 */

export { specify, type Given, type Outcome } from './specify';
