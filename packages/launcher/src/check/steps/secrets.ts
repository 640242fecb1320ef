import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { resultOfFindings } from '../CheckStep.ts';
import type { CheckStep } from '../CheckStep.ts';
import { secretFindings } from '../secretFindings.ts';

/** Hashes of packages; nothing else is written there, and it is a megabyte. */
const GENERATED = new Set(['yarn.lock']);

export const secrets: CheckStep = {
  name: 'secrets',
  title: "No secret and no path of somebody's machine is in the repository",
  async run({ root }) {
    const findings: string[] = [];
    for (const file of await committedFiles(root)) {
      const text = await readText(path.join(root, file));
      if (text !== undefined) {
        findings.push(...secretFindings(file, text, { root, home: homedir() }));
      }
    }
    return resultOfFindings(findings);
  },
};

/** What is committed, and what would be by `git add --all`. */
async function committedFiles(root: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    'git',
    ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    { cwd: root, maxBuffer: 64 * 1024 * 1024 },
  );
  const files = new Set(stdout.split('\0'));
  return [...files].filter(file => file && !GENERATED.has(file)).sort();
}

/** The file's text; undefined if it is binary, a link to a folder or gone. */
async function readText(file: string): Promise<string | undefined> {
  try {
    const content = await readFile(file);
    return content.includes(0) ? undefined : content.toString('utf8');
  } catch (error) {
    if (
      ['ENOENT', 'EISDIR'].includes((error as { code?: string }).code ?? '')
    ) {
      return undefined;
    }
    throw error;
  }
}
