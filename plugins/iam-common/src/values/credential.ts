/**
 * The public side of secrets. What is secret itself never gets into a command
 * or an event; whoever makes it shows it once.
 */
import { z } from 'zod';
import { fault } from './fault';

/**
 * SHA-256 of a random secret of at least 128 bits, in base64url without
 * padding: 43 characters. For secrets that people choose this is too weak;
 * those need a password hash.
 *
 * @public
 */
export const digestSchema = z
  .string()
  .min(1)
  .max(43)
  .refine(value => /^[A-Za-z0-9_-]*$/.test(value), fault('iam.input.alphabet'))
  .refine(value => value.length === 43, fault('iam.input.format'));

const base64url = z
  .string()
  .min(1)
  .max(1400)
  .refine(value => /^[A-Za-z0-9_-]*$/.test(value), fault('iam.input.alphabet'));

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

const keys = z.discriminatedUnion('kty', [
  z.strictObject({
    kty: z.literal('RSA'),
    // 2,048 bits are 342 characters of base64url.
    n: base64url.min(342),
    e: base64url.max(8),
    alg: z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']),
  }),
  z.strictObject({
    kty: z.literal('EC'),
    crv: z.enum(['P-256', 'P-384', 'P-521']),
    x: base64url,
    y: base64url,
    alg: z.enum(['ES256', 'ES384', 'ES512']),
  }),
  z.strictObject({
    kty: z.literal('OKP'),
    crv: z.literal('Ed25519'),
    x: base64url,
    alg: z.literal('EdDSA'),
  }),
]);

/**
 * A public key as JWK (RFC 7517) with its algorithm: RSA from 2,048 bits, EC or
 * Ed25519. One that carries a private member is refused as a secret.
 *
 * @public
 */
export const publicKeySchema = z
  .unknown()
  .refine(
    key =>
      typeof key !== 'object' ||
      key === null ||
      !PRIVATE_MEMBERS.some(member => member in key),
    { ...fault('iam.input.secret'), abort: true },
  )
  .pipe(keys);

/** @public */
export type PublicKey = z.output<typeof publicKeySchema>;

/**
 * A moment as ISO 8601 in UTC, e.g. `2026-11-20T10:00:00.000Z`.
 *
 * @public
 */
export const timestampSchema = z.iso
  .datetime()
  .transform(value => new Date(value).toISOString());
