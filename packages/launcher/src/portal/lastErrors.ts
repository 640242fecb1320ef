/*
 * What a backend said of the errors it died of.
 */
type LogEntry = { level?: string; message?: string; stack?: string };

/** Backstage logs one JSON object a line in production. */
function readEntry(line: string): LogEntry | undefined {
  try {
    return line.startsWith('{') && line.endsWith('}')
      ? JSON.parse(line)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A line in which Node names an uncaught error or its cause. */
const namesError = /^\s*(\[cause\]: |Uncaught )?([A-Z]\w*)?Error(:| \[)/;

/**
 * The last errors in the output of a backend, readable; or its last lines when
 * it named none.
 *
 * @param lines - the end of its output
 */
export function lastErrors(lines: string[], count = 8): string[] {
  const errors = lines.flatMap(line => {
    const entry = readEntry(line);
    if (entry) {
      return entry.level === 'error' && entry.message ? [entry.message] : [];
    }
    return namesError.test(line) ? [line.trim()] : [];
  });
  const shown =
    errors.length > 0
      ? [...new Set(errors)]
      : lines.map(line => readEntry(line)?.message ?? line);
  return shown.slice(-count);
}
