/*
 * A log file that does not grow without end: a full one is set aside as
 * `<file>.1`, over the one before it.
 */
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
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
    this.#handle = openSync(file, 'a', 0o640);
    this.#size = fstatSync(this.#handle).size;
  }

  line(text: string): void {
    const bytes = Buffer.from(`${text}\n`);
    if (this.#size > 0 && this.#size + bytes.length > this.#limit) {
      closeSync(this.#handle);
      renameSync(this.file, `${this.file}.1`);
      this.#handle = openSync(this.file, 'a', 0o640);
      this.#size = 0;
    }
    this.#size += writeSync(this.#handle, bytes);
  }

  close(): void {
    closeSync(this.#handle);
  }
}
