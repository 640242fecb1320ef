import { createHash } from 'node:crypto';
import type { InstanceId } from '@callboard/plugin-eventstore-common';

/** Whose images: `iam.user/<uuid>`, `iam.organization/<uuid>` or `iam.instance/<uuid>`. */
export type AssetOwner = string;

/** An image of an owner, by the SHA-256 of its bytes in base64url. */
export interface AssetRef {
  readonly instance: InstanceId;
  readonly owner: AssetOwner;
  readonly digest: string;
}

/**
 * Keeps images by what they are made of, each owner's apart: nobody learns
 * whether somebody else has the same one, and what goes with an owner is what
 * is under their name.
 */
export interface AssetStorage {
  /** Stores all of it or nothing; storing it again changes nothing. */
  put(ref: AssetRef, bytes: Buffer): Promise<void>;
  /** @returns undefined when there is none */
  get(ref: AssetRef): Promise<Buffer | undefined>;
  /** Removes those of an owner whose digests are not named. */
  keepOnly(
    of: Omit<AssetRef, 'digest'>,
    digests: readonly string[],
  ): Promise<void>;
}

export function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

/** `default/iam.user/<uuid>/`: names of folders and prefixes of keys. */
export function folderOf({
  instance,
  owner,
}: Omit<AssetRef, 'digest'>): string {
  if (!/^iam\.[a-z]+\/[0-9a-f-]{36}$/.test(owner)) {
    throw new Error(`${owner} has no images`);
  }
  return `${encodeURIComponent(instance)}/${owner}/`;
}

/** In hexadecimal: there are file systems that don't tell a from A. */
export function fileOf(digest: string): string {
  return Buffer.from(digest, 'base64url').toString('hex');
}
