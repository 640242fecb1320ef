/**
 * Identity and access. So far only the decisions (`src/domain`), which the
 * plugin's own commands will run; nothing is offered to others yet.
 *
 * @packageDocumentation
 */

export {};
