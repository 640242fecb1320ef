/**
 * Secrets that the server makes. They are random, so their SHA-256 is all that
 * has to be kept (`digestSchema`): nobody can guess 256 bits.
 */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { PublicKey } from '@callboard/plugin-iam-common';

/**
 * What a secret is for; it begins with this, so that scanners of source code
 * and logs recognize one that got lost.
 */
export const secretPrefixes = {
  clientSecret: 'cbcs_',
  personalAccessToken: 'cbpat_',
  invitation: 'cbinv_',
  verification: 'cbver_',
  setUp: 'cbset_',
} as const;

/** A new secret: what is shown once, and what is kept. */
export interface NewSecret {
  readonly value: string;
  readonly digest: string;
}

/** The private half of a key pair, as JWK. */
export interface PrivateKey {
  readonly kty: 'OKP';
  readonly crv: 'Ed25519';
  readonly x: string;
  readonly d: string;
  readonly alg: 'EdDSA';
}

export function makeSecret(purpose: keyof typeof secretPrefixes): NewSecret {
  const random = randomBytes(32).toString('base64url');
  const value = `${secretPrefixes[purpose]}${random}`;
  return { value, digest: digestOf(value) };
}

/** SHA-256 in base64url, as `digestSchema` wants it. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** 128 random bits for what is published, so no secret. */
export function makePublicToken(): string {
  return randomBytes(16).toString('base64url');
}

/** An Ed25519 key pair (RFC 8037). */
export function makeKeyPair(): {
  publicKey: PublicKey;
  privateKey: PrivateKey;
} {
  const { x, d } = generateKeyPairSync('ed25519').privateKey.export({
    format: 'jwk',
  });
  const base = { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA' } as const;
  return {
    publicKey: { ...base, x: x! },
    privateKey: { ...base, x: x!, d: d! },
  };
}
