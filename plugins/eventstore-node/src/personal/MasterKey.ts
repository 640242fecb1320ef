import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  BadArgumentError,
  MasterKeyMissingError,
} from '@callboard/plugin-eventstore-common';

/**
 * A key encrypted with a master key.
 *
 * @public
 */
export interface WrappedKey {
  readonly masterKeyId: string;
  readonly data: Buffer;
}

/**
 * Encrypts the keys of subjects. It may live in this process or in a service
 * such as AWS KMS.
 *
 * @public
 */
export interface MasterKey {
  /**
   * @param purpose - what the key is for; unwrapping needs the same
   *   (AWS KMS: encryption context)
   */
  wrap(key: Buffer, purpose: string): Promise<WrappedKey>;

  /**
   * @throws MasterKeyMissingError when the master key it names is not there
   */
  unwrap(wrapped: WrappedKey, purpose: string): Promise<Buffer>;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM as iv, tag, ciphertext. NIST SP 800-38D. */
export function encrypt(key: Buffer, plain: Buffer, bound: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(bound));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]);
}

/** @throws when the key, the text or what it was bound to is another */
export function decrypt(key: Buffer, data: Buffer, bound: string): Buffer {
  const decipher = createDecipheriv(
    'aes-256-gcm',
    key,
    data.subarray(0, IV_BYTES),
    { authTagLength: TAG_BYTES },
  );
  decipher.setAAD(Buffer.from(bound));
  decipher.setAuthTag(data.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  return Buffer.concat([
    decipher.update(data.subarray(IV_BYTES + TAG_BYTES)),
    decipher.final(),
  ]);
}

/**
 * Master keys held by this process.
 *
 * @param keys - the first one encrypts; the others still decrypt, so that keys
 *   can be changed. `secret` is 32 bytes in base64.
 * @throws BadArgumentError naming the key that is not 32 bytes
 * @public
 */
export function localMasterKey(
  keys: readonly { id: string; secret: string }[],
): MasterKey {
  const byId = new Map<string, Buffer>();
  keys.forEach(({ id, secret }, index) => {
    const bytes = Buffer.from(secret, 'base64');
    if (bytes.length !== 32) {
      throw new BadArgumentError(
        `masterKeys.${index}.secret`,
        'must be 32 bytes in base64; make one with: openssl rand -base64 32',
      );
    }
    if (id === '' || byId.has(id)) {
      throw new BadArgumentError(
        `masterKeys.${index}.id`,
        'must not be empty nor listed twice',
      );
    }
    byId.set(id, bytes);
  });
  const current = keys[0];
  if (!current) {
    throw new BadArgumentError('masterKeys', 'must have at least one key');
  }
  return {
    async wrap(key, purpose) {
      return {
        masterKeyId: current.id,
        data: encrypt(byId.get(current.id)!, key, purpose),
      };
    },
    async unwrap(wrapped, purpose) {
      const key = byId.get(wrapped.masterKeyId);
      if (!key) {
        throw new MasterKeyMissingError(
          `There is no master key '${wrapped.masterKeyId}'; add it to eventstore.masterKeys`,
        );
      }
      return decrypt(key, wrapped.data, purpose);
    },
  };
}

/**
 * Stands in when no master key is configured: whatever needs one says so.
 */
export const missingMasterKey: MasterKey = {
  async wrap() {
    throw noMasterKey();
  },
  async unwrap() {
    throw noMasterKey();
  },
};

function noMasterKey() {
  return new MasterKeyMissingError(
    'Personal data and seals need a master key: set eventstore.masterKeys or the environment variable CALLBOARD_MASTER_KEY to 32 random bytes in base64',
  );
}
