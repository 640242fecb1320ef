/** What repo-tools prints of a report that is not as committed. */
const CONFLICT =
  /The conflicting file is (\S+), (?:with|expecting) the following content:\n\n([^]*?)\n{1,3}\*{20,}[^]*?\n\*{20,}\n/g;

/** The package whose reports are being made, from the lines before. */
const PROCESSING = /^## Processing (\S+)$/gm;

/** What it says before that, without naming a package. */
const INSTRUCTIONS = /\n\*{20,}\n(?:\*.*\*\n)+\*{20,}\n/g;

/**
 * Puts what has changed in the place of whole reports, each of which may have
 * thousands of lines.
 *
 * @param output - of `backstage-repo-tools api-reports --ci`
 * @param showChanges - what differs between a committed file, named from the
 * root folder, and the text it should have
 */
export async function shortenReports(
  output: string,
  showChanges: (file: string, wanted: string) => Promise<string>,
): Promise<string> {
  const pieces: string[] = [];
  let end = 0;
  for (const found of output.matchAll(CONFLICT)) {
    const [whole, named, content] = found as unknown as [
      string,
      string,
      string,
    ];
    const before = output.slice(end, found.index);
    end = found.index + whole.length;
    const file = reportFile(output.slice(0, found.index), named);
    pieces.push(
      before,
      `${file} is out of date:\n${await showChanges(file, content)}\n`,
    );
  }
  pieces.push(output.slice(end));
  return pieces.join('').replaceAll(INSTRUCTIONS, '\n');
}

/** Where the report is: the tool names a copy of its own for those in code. */
function reportFile(before: string, named: string): string {
  if (named.endsWith('.sql.md')) {
    return named;
  }
  const folder = [...before.matchAll(PROCESSING)].at(-1)?.[1];
  const name = named.slice(named.lastIndexOf('/') + 1);
  return folder ? `${folder}/${name}` : named;
}
