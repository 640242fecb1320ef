/**
 * Stands where personal data was whose key has been destroyed.
 *
 * @public
 */
export interface Erased {
  readonly $erased: true;
}

/** @public */
export const ERASED: Erased = Object.freeze({ $erased: true as const });

/**
 * Whether a value is the marker of erased personal data.
 *
 * @public
 */
export function isErased(value: unknown): value is Erased {
  return (
    typeof value === 'object' &&
    value !== null &&
    (value as Partial<Erased>).$erased === true
  );
}

/**
 * A payload as it is read: its personal fields may have been erased.
 *
 * @public
 */
export type WithErasures<TPayload, TPersonal extends PropertyKey> = {
  [K in keyof TPayload]: K extends TPersonal
    ? TPayload[K] | Erased
    : TPayload[K];
};
