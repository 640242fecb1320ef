/**
 * The event store: the log, deciders and commands, projections, spoolers and
 * reactors.
 *
 * @packageDocumentation
 */

export * from './log/EventLog';
