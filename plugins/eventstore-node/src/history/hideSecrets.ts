import { isObject, type Json, type JsonObject } from './aggregateStates';

/** Stands where a secret is. */
const HIDDEN: JsonObject = { $hidden: true };

/**
 * A payload or state without what is secret in it: fields that their event's
 * definition calls secret, at any depth. Texts whose name leaves no doubt are
 * hidden also when a definition has forgotten to say so.
 *
 * @public
 */
export function hideSecrets(
  value: JsonObject,
  secret: ReadonlySet<string>,
): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      isSecret(name, each, secret) ? HIDDEN : hideInside(each, secret),
    ]),
  );
}

const NO_DOUBT = /(password|passphrase|secret|privatekey|accesstoken|apikey)$/i;

function isSecret(
  name: string,
  value: Json,
  secret: ReadonlySet<string>,
): boolean {
  return secret.has(name) || (typeof value === 'string' && NO_DOUBT.test(name));
}

function hideInside(value: Json, secret: ReadonlySet<string>): Json {
  if (Array.isArray(value)) {
    return value.map(each => hideInside(each, secret));
  }
  return isObject(value) ? hideSecrets(value, secret) : value;
}
