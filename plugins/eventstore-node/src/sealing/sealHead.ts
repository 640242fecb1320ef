import { createHash } from 'node:crypto';
import { parseArgument } from '@callboard/plugin-eventstore-common';
import { CompactSign, compactVerify, type CryptoKey } from 'jose';
import { z } from 'zod';

const TYPE = 'eventstore-seal';

const sealHeadSchema = z.strictObject({
  v: z.literal(1),
  block: z.number().int().min(1),
  first: z.number().int().min(1),
  last: z.number().int().min(1),
  /** Merkle root of the block's events, base64url. */
  root: z.string(),
  /** {@link headHash} of the block before; empty for the first. */
  previous: z.string(),
  /** ISO 8601. */
  sealedAt: z.string(),
});

/** What a signature over a block says. */
export type SealHead = z.infer<typeof sealHeadSchema>;

/** A head as compact JWS (RFC 7515), signed with ES256. */
export function signHead(
  head: SealHead,
  key: { kid: string; privateKey: CryptoKey },
): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(head)))
    .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: TYPE })
    .sign(key.privateKey);
}

/**
 * What a signed head says.
 *
 * @param keyOf - the trusted key of a key id, if there is one
 * @throws when the signature does not hold or the key is not trusted
 */
export async function openHead(
  signed: string,
  keyOf: (kid: string) => CryptoKey | undefined,
): Promise<SealHead> {
  const { payload } = await compactVerify(
    signed,
    header => {
      const key = keyOf(header.kid ?? '');
      if (!key) {
        throw new Error(`The key ${header.kid} is not trusted`);
      }
      return key;
    },
    { algorithms: ['ES256'] },
  );
  return parseArgument(
    sealHeadSchema,
    JSON.parse(new TextDecoder().decode(payload)),
    'head',
  );
}

/** What the next block names: SHA-256 of the signed head, base64url. */
export function headHash(signed: string): string {
  return createHash('sha256').update(signed).digest('base64url');
}
