/*
 * A program that tries to take a folder's lock once all its rivals are ready,
 * and keeps it until it is told to end. For tests.
 */
import { FolderLock } from '../FolderLock.ts';

process.once('message', folder => {
  try {
    FolderLock.acquire(folder as string);
    process.send!('taken');
  } catch (error) {
    process.send!((error as Error).name);
  }
});
setInterval(() => {}, 60_000);
process.send!('ready');
