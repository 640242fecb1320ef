/*
 * A file that says a result is complete, and what it was made from. It is
 * removed before the result is touched and written when it is whole, so a run
 * that was cut short is done again.
 */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';

export class Marker {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async matches(fingerprint: string): Promise<boolean> {
    try {
      return (await readFile(this.#file, 'utf8')) === fingerprint;
    } catch {
      return false;
    }
  }

  async remove(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  async write(fingerprint: string): Promise<void> {
    await writeFile(`${this.#file}.new`, fingerprint);
    await rename(`${this.#file}.new`, this.#file);
  }
}
