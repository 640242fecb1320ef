/** A file of people, as the server takes it. */

export interface ImportFile {
  readonly name: string;
  readonly format: 'csv' | 'jsonl';
  readonly content: Blob;
  /** The same for the same content: so an import goes on where it stopped. */
  readonly importId: string;
}

/** The server takes no more: 32 MiB. */
const MAX_BYTES = 32 * 1024 * 1024;

/** A file cannot be one of people. The message is for a person. */
class ImportFileError extends Error {
  override readonly name = 'ImportFileError';
}

/**
 * CSV and JSON lines as they are; a JSON array with its entries as lines.
 *
 * @throws ImportFileError
 */
export async function toImportFile(file: File): Promise<ImportFile> {
  if (file.size === 0) {
    throw new ImportFileError('The file is empty.');
  }
  if (file.size > MAX_BYTES) {
    throw new ImportFileError('The file has more than 32 MiB. Divide it.');
  }
  const format = /\.(json|jsonl|ndjson)$/i.test(file.name) ? 'jsonl' : 'csv';
  const content = format === 'jsonl' ? await toJsonLines(file) : file;
  return {
    name: file.name,
    format,
    content,
    importId: await idOf(content, file),
  };
}

async function toJsonLines(file: File): Promise<Blob> {
  const text = await file.text();
  if (!text.trimStart().startsWith('[')) {
    return file;
  }
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    throw new ImportFileError('The file is no JSON.');
  }
  return new Blob([
    (rows as unknown[]).map(row => `${JSON.stringify(row)}\n`).join(''),
  ]);
}

async function idOf(content: Blob, file: File): Promise<string> {
  // Browsers digest only where the connection is safe, or local.
  if (!globalThis.crypto?.subtle) {
    return `file-${file.size}-${file.lastModified}`;
  }
  const digest = await crypto.subtle.digest(
    'SHA-256',
    await content.arrayBuffer(),
  );
  const hex = [...new Uint8Array(digest)]
    .map(byte => byte.toString(16).padStart(2, '0'))
    .join('');
  return `sha256-${hex}`;
}
