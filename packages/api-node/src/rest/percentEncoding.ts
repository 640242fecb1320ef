/**
 * How values travel in paths, by the rules of
 * https://github.com/googleapis/googleapis/blob/master/google/api/http.proto:
 *
 * > If a variable contains exactly one path segment […] all characters except
 * > [-_.~0-9a-zA-Z] are percent-encoded. The server side does the reverse
 * > decoding. […] If a variable contains multiple path segments […] all
 * > characters except [-_.~/0-9a-zA-Z] are percent-encoded. The server side
 * > does the reverse decoding, except "%2F" and "%2f" are left unchanged.
 */

/**
 * The value of a variable of one segment.
 *
 * @returns undefined when the encoding is broken
 */
export function decodeSegment(raw: string): string | undefined {
  if (!raw.includes('%')) {
    return raw;
  }
  try {
    return decodeURIComponent(raw);
  } catch {
    return undefined;
  }
}

/**
 * The value of a variable of several segments, which stay apart from an
 * encoded slash within one of them.
 *
 * @returns undefined when the encoding is broken
 */
export function decodeSegments(raw: string): string | undefined {
  if (!raw.includes('%')) {
    return raw;
  }
  const parts = raw.split(/(%2f)/i);
  const decoded = parts.map((part, index) =>
    index % 2 === 1 ? part : decodeSegment(part),
  );
  return decoded.includes(undefined) ? undefined : decoded.join('');
}
