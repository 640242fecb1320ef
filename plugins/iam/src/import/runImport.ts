/** Sends a file of people, and tells what the server says as it comes along. */
import type { FetchApi } from '@backstage/frontend-plugin-api';
import { ApiError } from '@callboard/api-client';
import { uuidOf } from '../shell/ids';
import { errorOfBody } from './errorOfBody';
import type { ImportFile } from './ImportFile';

export interface ImportCounts {
  readonly rows: number;
  readonly added: number;
  /** Of a trial: that would be added. */
  readonly valid: number;
  readonly failed: number;
}

/** A row that made nobody. */
export interface FailedRow {
  /** From 1, without the header. */
  readonly row: number;
  readonly code: string;
  readonly field?: string;
  readonly message: string;
}

export type ImportTold =
  | { readonly kind: 'progress'; readonly counts: ImportCounts }
  | { readonly kind: 'failure'; readonly failure: FailedRow }
  | { readonly kind: 'done'; readonly counts: ImportCounts };

/**
 * @throws ApiError when it is refused or stops; what was stored stays, and the
 * same file goes on with it
 */
export async function* runImport(
  fetchApi: FetchApi,
  request: {
    readonly organization: string;
    readonly file: ImportFile;
    readonly activate: boolean;
    readonly dryRun: boolean;
  },
  signal: AbortSignal,
): AsyncGenerator<ImportTold> {
  const { organization, file, activate, dryRun } = request;
  const query = new URLSearchParams({
    format: file.format,
    activate: `${activate}`,
    dryRun: `${dryRun}`,
  });
  const response = await fetchApi.fetch(
    `plugin://iam/imports/v1/${uuidOf(organization)}/${file.importId}?${query}`,
    { method: 'PUT', body: file.content, signal },
  );
  if (!response.ok || !response.body) {
    throw await errorOf(response);
  }
  let isDone = false;
  for await (const line of linesOf(response.body)) {
    const told = toTold(line);
    isDone ||= told.kind === 'done';
    yield told;
  }
  if (!isDone) {
    throw new ApiError('The connection was lost before the end', {
      code: 'UNREACHABLE',
      status: 'UNAVAILABLE',
      retryable: true,
    });
  }
}

/** @throws ApiError when the line says that it stopped */
function toTold(line: string): ImportTold {
  const value = JSON.parse(line) as Record<string, unknown>;
  if ('error' in value) {
    throw errorOfBody(value);
  }
  if ('failure' in value) {
    return { kind: 'failure', failure: value.failure as FailedRow };
  }
  return 'done' in value
    ? { kind: 'done', counts: value.done as ImportCounts }
    : { kind: 'progress', counts: value as unknown as ImportCounts };
}

async function errorOf(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => undefined);
  return errorOfBody(body);
}

async function* linesOf(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += done ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      yield* lines.filter(Boolean);
      if (done) {
        break;
      }
    }
    if (rest) {
      yield rest;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
