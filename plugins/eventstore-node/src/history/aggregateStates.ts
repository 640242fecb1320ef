/**
 * What a thing was like: its events folded as its own plugin folds them. Of
 * things that no plugin has declared, the payloads are laid over one another.
 */
import type {
  AggregateDefinition,
  EventEnvelope,
} from '@callboard/plugin-eventstore-common';

/** @public */
export type JsonObject = { [name: string]: Json };
/** @public */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** One event with the states around it, as plain JSON. @public */
export interface Step {
  readonly event: EventEnvelope;
  readonly before: JsonObject;
  readonly after: JsonObject;
}

/** Folds a thing's events, from its first one on. @public */
export class StateFold {
  readonly #definition: AggregateDefinition | undefined;
  #state: unknown;
  #isDecided: boolean;
  #json: JsonObject;

  constructor(definition: AggregateDefinition | undefined) {
    this.#definition = definition;
    this.#isDecided = definition !== undefined;
    this.#state = definition ? definition.initial() : {};
    this.#json = toJsonObject(this.#state);
  }

  /** Whether the states are those of the thing's own plugin. */
  get isDecided(): boolean {
    return this.#isDecided;
  }

  get state(): JsonObject {
    return this.#json;
  }

  apply(event: EventEnvelope): Step {
    const before = this.#json;
    this.#state = this.#next(event);
    this.#json = toJsonObject(this.#state);
    return { event, before, after: this.#json };
  }

  #next(event: EventEnvelope): unknown {
    if (this.#definition && this.#isDecided) {
      try {
        return this.#definition.evolve(this.#state, event);
      } catch {
        // An event that a newer release stored, or one that never should have
        // been: from here on the payloads are all there is.
        this.#isDecided = false;
      }
    }
    return { ...this.#json, ...(event.payload as object) };
  }
}

/** A state as JSON: states are made of whatever their plugin likes. @public */
export function toJsonObject(state: unknown): JsonObject {
  const json = toJson(state);
  return isObject(json) ? json : { value: json };
}

function toJson(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : `${value}`;
    case 'bigint':
      return `${value}`;
    case 'object':
      return value === null ? null : objectToJson(value);
    default:
      return null;
  }
}

function objectToJson(value: object): Json {
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].map(toJson);
  }
  if (ArrayBuffer.isView(value)) {
    return Buffer.from(
      value.buffer,
      value.byteOffset,
      value.byteLength,
    ).toString('base64');
  }
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(
    entries
      .filter(([, each]) => each !== undefined && typeof each !== 'function')
      .map(([key, each]) => [`${key}`, toJson(each)]),
  );
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
