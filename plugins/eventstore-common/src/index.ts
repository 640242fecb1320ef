/**
 * Envelope, positions, actors and definitions of the event log. Usable in
 * browsers.
 *
 * @packageDocumentation
 */

export * from './actor';
export * from './claims';
export * from './context';
export * from './defineAggregate';
export * from './defineEvent';
export * from './envelope';
export * from './erased';
export * from './errors';
export * from './EventRegistry';
export * from './identifiers';
export * from './limits';
export * from './parse';
export * from './permissions';
export * from './position';
export * from './recordedAction';
export * from './subjectErased';
