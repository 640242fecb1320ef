import type { S3Client } from '@aws-sdk/client-s3';
import {
  fileOf,
  folderOf,
  type AssetRef,
  type AssetStorage,
} from './AssetStorage';

export interface S3Settings {
  readonly bucket: string;
  /** Begins all keys; ends with a slash unless empty. */
  readonly prefix: string;
  readonly region?: string;
  /** Of another service that speaks the protocol. */
  readonly endpoint?: string;
  /** The bucket in the path and not in the host name. */
  readonly forcePathStyle?: boolean;
  /** Those of the environment when left out, as AWS's own tools find them. */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
  };
}

/** For any number of nodes. The client is loaded when it is needed first. */
export class S3AssetStorage implements AssetStorage {
  readonly #settings: S3Settings;
  #loaded?: { s3: typeof import('@aws-sdk/client-s3'); client: S3Client };

  constructor(settings: S3Settings) {
    this.#settings = settings;
  }

  async put(ref: AssetRef, bytes: Buffer): Promise<void> {
    const { s3, client } = this.#load();
    await client.send(
      new s3.PutObjectCommand({
        Bucket: this.#settings.bucket,
        Key: this.#keyOf(ref),
        Body: bytes,
        // Whoever reads past us gets nothing that a browser would run.
        ContentType: 'application/octet-stream',
        ContentDisposition: 'attachment',
      }),
    );
  }

  async get(ref: AssetRef): Promise<Buffer | undefined> {
    const { s3, client } = this.#load();
    try {
      const { Body } = await client.send(
        new s3.GetObjectCommand({
          Bucket: this.#settings.bucket,
          Key: this.#keyOf(ref),
        }),
      );
      return Body && Buffer.from(await Body.transformToByteArray());
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') {
        return undefined;
      }
      throw error;
    }
  }

  async keepOnly(
    of: Omit<AssetRef, 'digest'>,
    digests: readonly string[],
  ): Promise<void> {
    const { s3, client } = this.#load();
    const { bucket: Bucket } = this.#settings;
    const Prefix = this.#folderOf(of);
    const kept = new Set(digests.map(digest => `${Prefix}${fileOf(digest)}`));
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(
        new s3.ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }),
      );
      for (const { Key } of page.Contents ?? []) {
        if (Key !== undefined && !kept.has(Key)) {
          await client.send(new s3.DeleteObjectCommand({ Bucket, Key }));
        }
      }
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
  }

  #folderOf(of: Omit<AssetRef, 'digest'>): string {
    return `${this.#settings.prefix}${folderOf(of)}`;
  }

  #keyOf(ref: AssetRef): string {
    return `${this.#folderOf(ref)}${fileOf(ref.digest)}`;
  }

  #load() {
    if (!this.#loaded) {
      const s3 = loadClient();
      const { region, endpoint, forcePathStyle, credentials } = this.#settings;
      this.#loaded = {
        s3,
        client: new s3.S3Client({
          region,
          endpoint,
          forcePathStyle,
          credentials,
        }),
      };
    }
    return this.#loaded;
  }
}

/** By `require`, for backends are built as CommonJS. */
function loadClient(): typeof import('@aws-sdk/client-s3') {
  return require('@aws-sdk/client-s3');
}
