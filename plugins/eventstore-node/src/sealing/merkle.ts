/*
 * The Merkle tree of RFC 6962, section 2.1, over events: a leaf is the hash of
 * one event's columns, the root stands for a block.
 * https://www.rfc-editor.org/rfc/rfc6962#section-2.1
 */
import { createHash } from 'node:crypto';
import type { TextRow } from '../log/read/selectEvents';

const HASH_BYTES = 32;

/** What stands in front of a hashed leaf or inner node, so that none can pass for the other. */
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/**
 * The hash of an event as it is stored: each column as its length in bytes (32
 * bits, big-endian; all ones for null) and its text in UTF-8.
 */
export function leafHash(row: TextRow): Buffer {
  const hash = createHash('sha256').update(LEAF);
  const length = Buffer.alloc(4);
  for (const column of row) {
    if (column === null) {
      length.writeUInt32BE(0xffffffff);
      hash.update(length);
    } else {
      length.writeUInt32BE(Buffer.byteLength(column));
      hash.update(length).update(column);
    }
  }
  return hash.digest();
}

/** The root over leaves; at least one. */
export function merkleRoot(leaves: readonly Buffer[]): Buffer {
  let level = leaves;
  while (level.length > 1) {
    const next: Buffer[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const left = level[index]!;
      const right = level[index + 1];
      // A lone one moves up; the same tree as splitting at powers of two.
      next.push(
        right
          ? createHash('sha256')
              .update(NODE)
              .update(left)
              .update(right)
              .digest()
          : left,
      );
    }
    level = next;
  }
  return level[0]!;
}

/** Leaves stored one after the other. */
export function splitLeaves(leaves: Buffer): Buffer[] {
  const split: Buffer[] = [];
  for (let offset = 0; offset < leaves.length; offset += HASH_BYTES) {
    split.push(leaves.subarray(offset, offset + HASH_BYTES));
  }
  return split;
}
