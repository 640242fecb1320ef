import type { JsonObject } from '@bufbuild/protobuf';
import { ApiError } from '@callboard/api-client';

const PUBLIC_FIELDS = ['kty', 'crv', 'alg', 'x'];

/**
 * The fields of a public key (RFC 8037) in a text. Others, such as a key id,
 * are left out.
 *
 * @throws ApiError when it is no JSON object, or when it has a private half:
 * that must not leave the machine it is on
 */
export function readPublicKey(text: string): JsonObject {
  const json = parse(text);
  if ('d' in json) {
    throw fault('PRIVATE_KEY', 'This is a private key. Paste the public half.');
  }
  return Object.fromEntries(
    PUBLIC_FIELDS.flatMap(name => {
      const value = json[name];
      return typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
}

function parse(text: string): JsonObject {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw fault('NOT_JSON', 'This is no JSON.');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw fault('NOT_JSON', 'This is no JSON object.');
  }
  return json as JsonObject;
}

function fault(rule: string, message: string): ApiError {
  return new ApiError(message, {
    code: 'IAM_CONSOLE_PUBLIC_KEY',
    status: 'INVALID_ARGUMENT',
    fields: [{ field: 'publicKey', rule, message }],
  });
}
