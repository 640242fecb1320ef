/** A warning of API Extractor, in front of what it is about or at the end. */
const WARNING = /^\s*\/\/ .*\(((?:ae|tsdoc)-[a-z-]+)\) (.+)/;

/**
 * The warnings in an API report.
 *
 * @param file - named in the findings
 * @param report - the text of a report.api.md
 * @param codes - which codes of warnings count
 * @returns one sentence for each warning
 */
export function apiReportFindings(
  file: string,
  report: string,
  codes: RegExp,
): string[] {
  return report.split('\n').flatMap((line, index) => {
    const [, code, text] = WARNING.exec(line) ?? [];
    return code && codes.test(code)
      ? [`${file}:${index + 1}: ${text} (${code})`]
      : [];
  });
}
