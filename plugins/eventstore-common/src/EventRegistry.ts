import type { EventDefinition } from './defineEvent';
import {
  BadArgumentError,
  PayloadInvalidError,
  UnknownTypeError,
} from './errors';
import { aggregateTypeOfEvent, eventType } from './identifiers';
import { formatPath } from './parse';

/**
 * Every kind of event a process knows.
 *
 * @public
 */
export class EventRegistry {
  readonly #definitions = new Map<string, EventDefinition>();

  constructor(definitions: Iterable<EventDefinition> = []) {
    for (const definition of definitions) {
      this.register(definition);
    }
  }

  /**
   * Adds a definition. The same one may be added again.
   *
   * @throws {@link BadArgumentError} when another definition has its type
   */
  register(definition: EventDefinition): void {
    const known = this.#definitions.get(definition.type);
    if (known && known !== definition) {
      throw new BadArgumentError(
        'type',
        `${definition.type} is already defined elsewhere`,
      );
    }
    this.#definitions.set(definition.type, definition);
  }

  has(type: string): boolean {
    return this.#definitions.has(type);
  }

  /** @throws {@link UnknownTypeError} */
  get(type: string): EventDefinition {
    const definition = this.#definitions.get(type);
    if (!definition) {
      throw new UnknownTypeError(type, `No event is defined as '${type}'`);
    }
    return definition;
  }

  /** The event types of one aggregate type, in the order of registration. */
  typesOf(aggregateType: string): string[] {
    return [...this.#definitions.keys()].filter(
      type => aggregateTypeOfEvent(eventType(type)) === aggregateType,
    );
  }

  types(): string[] {
    return [...this.#definitions.keys()];
  }

  /**
   * Checks a payload against its schema.
   *
   * @returns what is to be stored
   * @throws {@link UnknownTypeError}
   * @throws {@link PayloadInvalidError} with the path of each fault
   */
  check(type: string, payload: unknown): Record<string, unknown> {
    const parsed = this.get(type).schema.safeParse(payload);
    if (!parsed.success) {
      throw new PayloadInvalidError(
        type,
        parsed.error.issues.map(issue => ({
          path: formatPath(...issue.path),
          message: issue.message,
        })),
      );
    }
    const checked = parsed.data as Record<string, unknown>;
    const reserved = Object.keys(checked).find(key => key.startsWith('$'));
    if (reserved !== undefined) {
      throw new PayloadInvalidError(type, [
        { path: reserved, message: 'names starting with $ are reserved' },
      ]);
    }
    return checked;
  }

  /**
   * Brings a stored payload up to its current revision.
   *
   * @throws {@link UnknownTypeError} when the type is unknown, or the payload
   * was stored by a newer release than this one
   */
  upcast(
    type: string,
    revision: number,
    payload: Record<string, unknown>,
  ): Record<string, unknown> {
    const definition = this.get(type);
    if (revision === definition.revision) {
      return payload;
    }
    if (revision > definition.revision) {
      throw new UnknownTypeError(
        type,
        `Revision ${revision} of ${type} was stored by a newer release; this one knows ${definition.revision}`,
      );
    }
    return definition.upcast(payload, revision);
  }
}
