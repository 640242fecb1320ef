import { invalidRequest } from '../message/invalidRequest';

/** More parameters than any request of ours needs. */
const MAX_PARAMETERS = 500;

/**
 * The parameters of a query in their order
 * (https://url.spec.whatwg.org/#urlencoded-parsing), except that broken
 * encoding is refused and not read as something else.
 *
 * @param query - without its question mark
 * @throws ApiError
 */
export function parseQueryString(query: string): [string, string][] {
  if (query === '') {
    return [];
  }
  const parts = query.split('&', MAX_PARAMETERS + 1);
  if (parts.length > MAX_PARAMETERS) {
    throw invalidRequest([
      {
        field: '',
        rule: 'TOO_MANY_PARAMETERS',
        message: `has more than ${MAX_PARAMETERS} query parameters`,
      },
    ]);
  }
  return parts
    .filter(part => part !== '')
    .map(part => {
      const equals = part.indexOf('=');
      const name = equals === -1 ? part : part.slice(0, equals);
      const value = equals === -1 ? '' : part.slice(equals + 1);
      return [decode(name, name), decode(value, name)];
    });
}

function decode(text: string, name: string): string {
  if (!text.includes('%') && !text.includes('+')) {
    return text;
  }
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidRequest([
      {
        field: name,
        rule: 'BROKEN_ENCODING',
        message: 'has broken percent-encoding',
      },
    ]);
  }
}
