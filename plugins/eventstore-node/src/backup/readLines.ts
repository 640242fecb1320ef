import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { footerSchema, headerSchema, RestoreError } from './backupFormat';

/** Longer than the largest event can be in a backup. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** A line of a backup between its header and its footer. */
export interface BackupLine {
  readonly line: number;
  readonly kind: string;
  readonly fields: readonly (string | number | null)[];
}

/**
 * The lines of a backup. The header comes first; that the footer was there and
 * right is certain once the lines have come to their end.
 *
 * @throws RestoreError
 */
export async function* readLines(
  source: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<
  { header: z.output<typeof headerSchema> } | { lines: BackupLine[] }
> {
  const hash = createHash('sha256');
  let line = 0;
  let ended = false;
  for await (const texts of splitLines(source)) {
    const lines: BackupLine[] = [];
    for (const text of texts) {
      line += 1;
      if (ended) {
        throw new RestoreError('comes after the end', { line });
      }
      const value = parse(text, line);
      if (line === 1) {
        yield { header: checked(headerSchema, value, line) };
      } else if (Array.isArray(value)) {
        const [kind, ...fields] = value;
        lines.push({ line, kind, fields });
      } else {
        const footer = checked(footerSchema, value, line);
        if (footer.lines !== line - 1 || footer.sha256 !== hash.digest('hex')) {
          throw new RestoreError('the backup was altered or is incomplete', {
            line,
          });
        }
        ended = true;
        continue;
      }
      hash.update(text).update('\n');
    }
    yield { lines };
  }
  if (!ended) {
    throw new RestoreError('the backup is cut off', { line: line + 1 });
  }
}

async function* splitLines(
  source: AsyncIterable<string | Uint8Array>,
): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let rest = '';
  try {
    for await (const chunk of source) {
      rest +=
        typeof chunk === 'string'
          ? chunk
          : decoder.decode(chunk, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop()!;
      if (rest.length > LONGEST_LINE) {
        throw new RestoreError('is longer than any line of a backup');
      }
      if (lines.length > 0) {
        yield lines;
      }
    }
  } catch (error) {
    if (error instanceof RestoreError) {
      throw error;
    }
    throw new RestoreError(
      `The backup could not be read: ${(error as Error).message}`,
      { cause: error },
    );
  }
  if (rest !== '') {
    yield [rest];
  }
}

function parse(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RestoreError('is not JSON; the backup is damaged or cut off', {
      line,
      cause: error,
    });
  }
}

function checked<TSchema extends z.ZodType>(
  schema: TSchema,
  value: unknown,
  line: number,
): z.output<TSchema> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new RestoreError(
      `is not what a backup has there: ${issue.path.join('.')} ${issue.message}`,
      { line },
    );
  }
  return parsed.data;
}
