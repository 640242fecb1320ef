import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from 'jose';
import type { Knex } from 'knex';
import type { MasterKey } from '../personal/MasterKey';

interface SigningKeyRow {
  kid: string;
  public_jwk: JWK;
  wrapped_private: Buffer;
  master_key_id: string;
}

/**
 * The keys that sign seals. Their private halves are stored encrypted with the
 * master key and bound to their key id, which is the thumbprint of the public
 * half: whoever can write to the database, but has no master key, cannot add a
 * key that is trusted.
 */
export class SigningKeys {
  readonly #knex: Knex;
  readonly #masterKey: MasterKey;

  constructor(options: { knex: Knex; masterKey: MasterKey }) {
    this.#knex = options.knex;
    this.#masterKey = options.masterKey;
  }

  /**
   * The newest key; made when there is none.
   *
   * @throws MasterKeyMissingError
   */
  async current(): Promise<{ kid: string; privateKey: CryptoKey }> {
    const newest = await this.#knex<SigningKeyRow>('signing_keys')
      .orderBy([{ column: 'created_at', order: 'desc' }, 'kid'])
      .first();
    if (!newest) {
      await this.rotate();
      return this.current();
    }
    const key = await importJWK(await this.#privateJwk(newest), 'ES256');
    return { kid: newest.kid, privateKey: key as CryptoKey };
  }

  /** Makes a new key, which signs from now on. Earlier seals stay valid. */
  async rotate(): Promise<{ kid: string }> {
    const pair = await generateKeyPair('ES256', { extractable: true });
    const publicJwk = await exportJWK(pair.publicKey);
    const kid = await calculateJwkThumbprint(publicJwk);
    const wrapped = await this.#masterKey.wrap(
      Buffer.from(JSON.stringify(await exportJWK(pair.privateKey))),
      purposeOf(kid),
    );
    await this.#knex('signing_keys').insert({
      kid,
      public_jwk: JSON.stringify(publicJwk),
      wrapped_private: wrapped.data,
      master_key_id: wrapped.masterKeyId,
    });
    return { kid };
  }

  /**
   * The public keys that may have signed a seal, by key id; to be given to
   * whoever verifies elsewhere.
   *
   * @throws MasterKeyMissingError; an error when a key has been tampered with
   */
  async trusted(): Promise<Map<string, JWK>> {
    const rows = await this.#knex<SigningKeyRow>('signing_keys').select();
    const keys = new Map<string, JWK>();
    for (const row of rows) {
      const { d: _private, ...publicJwk } = await this.#privateJwk(row);
      if ((await calculateJwkThumbprint(publicJwk)) !== row.kid) {
        throw new Error(`The signing key ${row.kid} has been tampered with`);
      }
      keys.set(row.kid, publicJwk);
    }
    return keys;
  }

  async #privateJwk(row: SigningKeyRow): Promise<JWK> {
    const jwk = await this.#masterKey.unwrap(
      { masterKeyId: row.master_key_id, data: row.wrapped_private },
      purposeOf(row.kid),
    );
    return JSON.parse(jwk.toString());
  }
}

function purposeOf(kid: string): string {
  return `eventstore.signing:${kid}`;
}
