import { resolve } from 'node:path';
import type { Config } from '@backstage/config';
import type { AssetStorage } from './AssetStorage';
import { DiskAssetStorage } from './DiskAssetStorage';
import { S3AssetStorage } from './S3AssetStorage';

export interface AssetsConfig {
  readonly storage: AssetStorage;
  /** Of one image. */
  readonly maxBytes: number;
}

const DEFAULT_KILOBYTES = 1024;
const MOST_KILOBYTES = 10 * 1024;

/** @throws Error that names the key at fault */
export function readAssetsConfig(config: Config): AssetsConfig {
  const own = config.getOptionalConfig('iam.assets');
  const kilobytes = own?.getOptionalNumber('maxKilobytes') ?? DEFAULT_KILOBYTES;
  if (!(kilobytes >= 1 && kilobytes <= MOST_KILOBYTES)) {
    throw new Error(`iam.assets.maxKilobytes must be 1 to ${MOST_KILOBYTES}`);
  }
  const maxBytes = Math.floor(kilobytes * 1024);
  const kind = own?.getOptionalString('storage') ?? 'disk';
  if (kind === 'disk') {
    const folder = own?.getOptionalString('folder') ?? '.callboard/assets';
    return { maxBytes, storage: new DiskAssetStorage(resolve(folder)) };
  }
  if (kind !== 's3' || !own) {
    throw new Error('iam.assets.storage must be disk or s3');
  }
  const s3 = own.getConfig('s3');
  const prefix = s3.getOptionalString('prefix') ?? '';
  const accessKeyId = s3.getOptionalString('accessKeyId');
  return {
    maxBytes,
    storage: new S3AssetStorage({
      bucket: s3.getString('bucket'),
      prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
      region: s3.getOptionalString('region'),
      endpoint: s3.getOptionalString('endpoint'),
      forcePathStyle: s3.getOptionalBoolean('forcePathStyle'),
      ...(accessKeyId === undefined
        ? {}
        : {
            credentials: {
              accessKeyId,
              secretAccessKey: s3.getString('secretAccessKey'),
            },
          }),
    }),
  };
}
