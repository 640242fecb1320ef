import { join, resolve } from 'node:path';

/** The repository's root. */
export const root = resolve(import.meta.dirname, '../../..');

/** What the launcher keeps for itself, in one folder that is not committed. */
export const dotFolder = join(root, '.callboard');

export const logFolder = join(dotFolder, 'logs');
