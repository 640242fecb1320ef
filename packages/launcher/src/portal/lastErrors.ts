/** Backstage logs one JSON object a line in production. */
function readEntry(
  line: string,
): { level?: string; message?: string; stack?: string } | undefined {
  try {
    return line.startsWith('{') ? JSON.parse(line) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What to show of a backend that died: its last errors, readable; or its last
 * lines when it logged none.
 *
 * @param lines - the end of its output
 */
export function lastErrors(lines: string[], count = 8): string[] {
  const errors = lines.flatMap(line => {
    const entry = readEntry(line);
    if (entry?.level === 'error') {
      return [entry.message ?? '', ...(entry.stack?.split('\n').slice(1, 3) ?? [])];
    }
    // What is no entry came from Node itself, such as an uncaught error.
    return entry || line.trim() === '' ? [] : [line];
  });
  const shown = errors.length > 0 ? errors : lines.map(line => readEntry(line)?.message ?? line);
  return shown.slice(-count);
}
