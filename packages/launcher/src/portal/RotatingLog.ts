/*
 * A log file that does not grow without end: a full one is set aside as
 * `<file>.1`, over the one before it.
 */
import {
  closeSync,
  fchownSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

const defaultLimit = 20 * 1024 * 1024;

export class RotatingLog {
  readonly file: string;
  readonly #limit: number;
  #handle: number;
  #size: number;

  constructor(file: string, limit = defaultLimit) {
    mkdirSync(dirname(file), { recursive: true });
    this.file = file;
    this.#limit = limit;
    this.#handle = open(file);
    this.#size = fstatSync(this.#handle).size;
  }

  line(text: string): void {
    const bytes = Buffer.from(`${text}\n`);
    if (this.#size > 0 && this.#size + bytes.length > this.#limit) {
      closeSync(this.#handle);
      renameSync(this.file, `${this.file}.1`);
      this.#handle = open(this.file);
      this.#size = 0;
    }
    this.#size += writeSync(this.#handle, bytes);
  }

  close(): void {
    closeSync(this.#handle);
  }
}

function open(file: string): number {
  const handle = openSync(file, 'a', 0o640);
  if (process.getuid?.() === 0) {
    // In somebody else's folder they must be able to write it, too.
    const { uid, gid } = statSync(dirname(file));
    fchownSync(handle, uid, gid);
  }
  return handle;
}
