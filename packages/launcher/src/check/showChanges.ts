import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

const MAX_LINES = 40;

/**
 * The lines in which a file differs from the text it should have: those it has
 * with a minus, those it should have with a plus.
 *
 * @param file - from the root folder; it need not be there
 * @throws Error when there is no git
 */
export async function showChanges(
  root: string,
  file: string,
  wanted: string,
): Promise<string> {
  const git = spawn(
    'git',
    ['diff', '--no-index', '--no-color', '--no-ext-diff', '-U0', file, '-'],
    { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  const failed = new Promise<never>((_, reject) => git.once('error', reject));
  git.stdin.once('error', () => {}); // it ended before it had read all
  git.stdin.end(wanted);
  const diff = await Promise.race([text(git.stdout), failed]);
  const changes = diff
    .split('\n')
    .filter(line => /^(?:[-+](?!--|\+\+)|@@)/.test(line));
  const shown = changes.slice(0, MAX_LINES);
  const more = changes.length - shown.length;
  return [
    ...shown.map(line => `  ${line}`),
    ...(more > 0 ? [`  … and ${more} more lines`] : []),
  ].join('\n');
}
