/** What an upload is, by its bytes: what its sender says of it is not asked. */
import { ApiError } from '@callboard/api-client';
import { imageSize } from 'image-size';

/** By their first bytes (https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern). */
const SIGNATURES: readonly (readonly [MediaType, RegExp])[] = [
  // eslint-disable-next-line no-control-regex -- it is in the signature
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[\s\S]{4}WEBPVP/],
];

export type MediaType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp';

/** A side of more is a trap for whoever unpacks it. */
const MAX_PIXELS = 4096;

/**
 * SVG is none of these: it is a document with scripts, and what sanitizers of
 * it let through changes from one browser to the next (decision 0051).
 */
export function mediaTypeOf(bytes: Buffer): MediaType | undefined {
  const start = bytes.subarray(0, 16).toString('latin1');
  return SIGNATURES.find(([, signature]) => signature.test(start))?.[0];
}

/**
 * @throws ApiError `IAM_ASSET_TYPE` (415), `IAM_ASSET_DAMAGED` or
 * `IAM_ASSET_DIMENSIONS` (400)
 */
export function checkImage(bytes: Buffer): void {
  if (mediaTypeOf(bytes) === undefined) {
    throw new ApiError('Only PNG, JPEG, WebP and GIF images are taken', {
      code: 'IAM_ASSET_TYPE',
      status: 'INVALID_ARGUMENT',
      httpStatus: 415,
    });
  }
  let size: { width: number; height: number };
  try {
    size = imageSize(bytes);
  } catch (cause) {
    throw new ApiError('The image is damaged', {
      code: 'IAM_ASSET_DAMAGED',
      status: 'INVALID_ARGUMENT',
      cause,
    });
  }
  const { width, height } = size;
  if (
    !(width >= 1 && height >= 1 && width <= MAX_PIXELS && height <= MAX_PIXELS)
  ) {
    throw new ApiError(
      `The image must be 1 to ${MAX_PIXELS} pixels wide and high`,
      { code: 'IAM_ASSET_DIMENSIONS', status: 'INVALID_ARGUMENT' },
    );
  }
}
