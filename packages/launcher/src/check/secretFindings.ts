/**
 * Secrets and machine paths in a text. Only shapes that are what they look
 * like: a check that cries wolf is switched off.
 */

const SECRETS: [string, RegExp][] = [
  // With its content; the marker alone is what code that handles keys contains.
  [
    'a private key',
    /-----BEGIN [A-Z ]*PRIVATE KEY-----(\\n|\s)+[A-Za-z0-9+/=]{20}/,
  ],
  // RFC 7517: a JSON Web Key with its private part.
  ['a private JSON Web Key', /"kty"\s*:[^{}]*"d"\s*:\s*"[\w-]{20}/],
  ['a private JSON Web Key', /"d"\s*:\s*"[\w-]{20,}"[^{}]*"kty"\s*:/],
  ['a GitHub token', /\bgh[pousr]_[A-Za-z0-9]{36}/],
  ['a GitHub token', /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}/],
  ['an AWS access key', /\b(AKIA|ASIA)[A-Z2-7]{16}\b/],
  ['a Slack token', /\bxox[abeprs]-[A-Za-z0-9-]{20}/],
  ['a Google API key', /\bAIza[\w-]{35}\b/],
  ['a Stripe key', /\b[rs]k_live_[A-Za-z0-9]{20}/],
  ['an npm token', /\bnpm_[A-Za-z0-9]{36}\b/],
];

/** Home folders; a path begins after anything that can't be part of one. */
const HOME_FOLDER =
  /(?<![\w.~}/-])(\/home\/|\/Users\/|\/root\/|[A-Z]:\\+Users\\+)[\w.-]+/;

/**
 * @param file - named in the findings
 * @param machine - where this repository and its developer's home are, absolute
 * @returns one sentence for each line at fault; it doesn't repeat a secret
 */
export function secretFindings(
  file: string,
  text: string,
  machine: { root: string; home: string },
): string[] {
  const findings = SECRETS.flatMap(([what, shape]) => {
    const found = shape.exec(text);
    return found
      ? [
          `${file}:${lineAt(text, found.index)} holds ${what}. Take it out, and replace it where it is in use: it has been seen.`,
        ]
      : [];
  });
  text.split('\n').forEach((line, index) => {
    const found = findMachinePath(line, machine);
    if (found) {
      findings.push(
        `${file}:${index + 1} names ${found}, a path of one machine. Write it relative to the repository, or to a folder that the program is told.`,
      );
    }
  });
  return findings;
}

function findMachinePath(
  line: string,
  { root, home }: { root: string; home: string },
): string | undefined {
  // A root such as / or /app is too short to mean this machine and no other.
  const own = [root, home].find(
    folder => folder.split('/').length > 2 && line.includes(`${folder}/`),
  );
  return own ?? HOME_FOLDER.exec(line)?.[0];
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
