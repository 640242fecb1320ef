/**
 * For the tests of those who use the event store.
 *
 * @packageDocumentation
 */

export { specify, type Given, type Outcome } from './specify';
export { compareWithRebuild, type ViewDump } from './compareWithRebuild';
export { tablesAfter, type Happening } from './tablesAfter';
