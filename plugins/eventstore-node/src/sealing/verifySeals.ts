import { importJWK, type CryptoKey, type JWK } from 'jose';
import type { TextRow } from '../log/read/selectEvents';
import { leafHash, merkleRoot, splitLeaves } from './merkle';
import { headHash, openHead, type SealHead } from './sealHead';

/** A sealed block as it is stored. */
export interface StoredSeal {
  readonly block: number;
  readonly first: number;
  readonly last: number;
  readonly leaves: Buffer;
  /** Compact JWS. */
  readonly head: string;
}

/**
 * The first thing that is not as it was sealed.
 *
 * - `altered`, `missing`, `inserted`: the event at `position`
 * - `seal`: the block's own record was altered, removed or not signed by a
 *   trusted key, so nothing is proven of its events
 * - `cut`: the log ends before a head that is known from elsewhere
 *
 * @public
 */
export type SealFault =
  | {
      readonly kind: 'altered' | 'missing' | 'inserted';
      readonly position: number;
      readonly block?: number;
      readonly message: string;
    }
  | {
      readonly kind: 'seal' | 'cut';
      readonly block: number;
      readonly message: string;
    };

/**
 * What verifying came to.
 *
 * @public
 */
export interface SealVerification {
  readonly fault?: SealFault;
  /** Events proven to be as they were sealed, up to the fault. */
  readonly events: number;
  readonly blocks: number;
  /** Of the last block that was verified; compare it with one noted before. */
  readonly head?: { readonly block: number; readonly hash: string };
}

/**
 * Checks blocks, in order from the first, against their events.
 *
 * @param options - `keys`: the public keys that are trusted, by key id;
 * `rowsOf`: the stored events of a range of positions, in order; `anchor`: a
 * head noted elsewhere, which has to be among the blocks
 */
export async function verifySeals(options: {
  seals: AsyncIterable<StoredSeal>;
  rowsOf(first: number, last: number): Promise<readonly TextRow[]>;
  keys: ReadonlyMap<string, JWK>;
  anchor?: { block: number; hash: string };
}): Promise<SealVerification> {
  const keys = new Map<string, CryptoKey>();
  for (const [kid, jwk] of options.keys) {
    keys.set(kid, (await importJWK(jwk, 'ES256')) as CryptoKey);
  }
  let verified: SealVerification = { events: 0, blocks: 0 };
  let nextPosition = 1;
  let anchored = options.anchor === undefined;
  for await (const seal of options.seals) {
    const block = verified.blocks + 1;
    const opened = await checkSeal(seal, {
      block,
      first: nextPosition,
      previous: verified.head?.hash ?? '',
      keys,
    });
    if ('fault' in opened) {
      return { ...verified, fault: opened.fault };
    }
    const hash = headHash(seal.head);
    if (options.anchor?.block === block) {
      if (options.anchor.hash !== hash) {
        return {
          ...verified,
          fault: sealFault(block, 'is another one than was noted elsewhere'),
        };
      }
      anchored = true;
    }
    const fault = await checkEvents(opened.head, seal, options.rowsOf);
    if (fault) {
      return { ...verified, fault };
    }
    nextPosition = opened.head.last + 1;
    verified = {
      events: opened.head.last,
      blocks: block,
      head: { block, hash },
    };
  }
  if (!anchored) {
    const { block } = options.anchor!;
    return {
      ...verified,
      fault: {
        kind: 'cut',
        block,
        message: `Block ${block} is known from elsewhere, but the seals end at block ${verified.blocks}`,
      },
    };
  }
  return verified;
}

async function checkSeal(
  seal: StoredSeal,
  expected: {
    block: number;
    first: number;
    previous: string;
    keys: ReadonlyMap<string, CryptoKey>;
  },
): Promise<{ head: SealHead } | { fault: SealFault }> {
  const { block, first, previous, keys } = expected;
  if (seal.block !== block) {
    return { fault: sealFault(block, 'is missing') };
  }
  let head: SealHead;
  try {
    head = await openHead(seal.head, kid => keys.get(kid));
  } catch (error) {
    return {
      fault: sealFault(
        block,
        `has no valid signature: ${(error as Error).message}`,
      ),
    };
  }
  if (
    head.block !== block ||
    head.first !== first ||
    head.previous !== previous ||
    head.last < first
  ) {
    return { fault: sealFault(block, 'does not follow the block before') };
  }
  const leaves = splitLeaves(seal.leaves);
  if (
    seal.first !== head.first ||
    seal.last !== head.last ||
    leaves.length !== head.last - head.first + 1 ||
    merkleRoot(leaves).toString('base64url') !== head.root
  ) {
    return { fault: sealFault(block, 'is not what its head says') };
  }
  return { head };
}

function sealFault(block: number, what: string): SealFault {
  return { kind: 'seal', block, message: `The seal of block ${block} ${what}` };
}

async function checkEvents(
  head: SealHead,
  seal: StoredSeal,
  rowsOf: (first: number, last: number) => Promise<readonly TextRow[]>,
): Promise<SealFault | undefined> {
  const leaves = splitLeaves(seal.leaves);
  // One further: tells an inserted event from an altered one.
  const rows = new Map(
    (await rowsOf(head.first, head.last + 1)).map(row => [Number(row[0]), row]),
  );
  for (let position = head.first; position <= head.last; position++) {
    const leaf = leaves[position - head.first]!;
    const row = rows.get(position);
    if (row && leafHash(row).equals(leaf)) {
      continue;
    }
    const at = { position, block: head.block };
    if (!row) {
      return {
        ...at,
        kind: 'missing',
        message: `Event ${position} is missing`,
      };
    }
    // Was something taken out or put in, and the rest moved up or down?
    const next = rows.get(position + 1);
    if (next && isSame(next, position, leaf)) {
      return {
        ...at,
        kind: 'inserted',
        message: `Event ${position} was inserted`,
      };
    }
    const nextLeaf = leaves[position + 1 - head.first];
    if (nextLeaf && isSame(row, position + 1, nextLeaf)) {
      return {
        ...at,
        kind: 'missing',
        message: `Event ${position} is missing`,
      };
    }
    return { ...at, kind: 'altered', message: `Event ${position} was altered` };
  }
  return undefined;
}

/** Whether a row, at another position, is what was sealed there. */
function isSame(row: TextRow, position: number, leaf: Buffer): boolean {
  return leafHash([String(position), ...row.slice(1)]).equals(leaf);
}
