import { ApiError } from '@callboard/api-client';

/**
 * How deep messages may be nested; the same limit holds for binary messages.
 */
export const MAX_DEPTH = 100;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = [0x5b, 0x7b];
const CLOSE = [0x5d, 0x7d];

/**
 * Whether JSON text is nested deeper than messages may be. Looked at before it
 * is parsed: a body of brackets would keep the parser busy for a second.
 */
export function isNestedTooDeep(json: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]!;
    if (inString) {
      if (byte === BACKSLASH) {
        at++;
      } else if (byte === QUOTE) {
        inString = false;
      }
    } else if (byte === QUOTE) {
      inString = true;
    } else if (OPEN.includes(byte)) {
      depth++;
      if (depth > MAX_DEPTH) {
        return true;
      }
    } else if (CLOSE.includes(byte)) {
      depth--;
    }
  }
  return false;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/**
 * Parses JSON text that came from outside.
 *
 * @throws {@link ApiError} when it is not UTF-8, no JSON or nested too deep
 */
export function parseJson(bytes: Uint8Array): unknown {
  if (isNestedTooDeep(bytes)) {
    throw malformed(`The JSON is nested more than ${MAX_DEPTH} levels deep`);
  }
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    throw malformed('The JSON is not UTF-8');
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    // What the parser says quotes the text, which may hold secrets.
    const position = /at position (\d+)/.exec(`${error}`)?.[1];
    throw malformed(
      position === undefined
        ? 'The body is not valid JSON'
        : `The body is not valid JSON, at character ${position}`,
    );
  }
}

function malformed(message: string): ApiError {
  return new ApiError(message, {
    code: 'REQUEST_MALFORMED',
    status: 'INVALID_ARGUMENT',
  });
}
