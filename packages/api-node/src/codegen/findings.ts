/** buf's lines, with paths as they are in the repository. */
export function toFindings(output: string): string[] {
  return output
    .split('\n')
    .filter(line => line !== '')
    .map(line => line.replace(/^ours\//, ''));
}
