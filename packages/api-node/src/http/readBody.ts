/**
 * Reads a request's body: not more than a limit, not longer than a time, and
 * no compressed body that is larger than the limit once it is unpacked.
 */
import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { ApiError } from '@callboard/api-client';

/** @public */
export interface BodyLimits {
  /** Of a body, and of one message of a stream. */
  readonly maxBytes: number;
  /** From the first to the last byte of a body. */
  readonly timeoutMs: number;
}

const NOTHING = Buffer.alloc(0);

const DECOMPRESS = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

/** @throws ApiError */
export async function readBody(
  request: IncomingMessage,
  limits: BodyLimits,
): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? Number.NaN);
  if (announced === 0 || !mayHaveBody(request)) {
    return NOTHING;
  }
  if (announced > limits.maxBytes) {
    throw tooLarge(limits.maxBytes);
  }
  const decompress = decompressorOf(request);
  const bytes = await collect(request, limits);
  return decompress ? decompress(bytes, limits.maxBytes) : bytes;
}

/** Whether a request announces a body, which may still be empty. */
export function mayHaveBody(request: IncomingMessage): boolean {
  const { headers } = request;
  return (
    (headers['content-length'] !== undefined &&
      headers['content-length'] !== '0') ||
    headers['transfer-encoding'] !== undefined
  );
}

export function tooLarge(maxBytes: number): ApiError {
  return new ApiError(`The request is larger than ${maxBytes} bytes`, {
    code: 'REQUEST_TOO_LARGE',
    status: 'RESOURCE_EXHAUSTED',
    httpStatus: 413,
    metadata: { maxBytes: `${maxBytes}` },
  });
}

export function tooSlow(timeoutMs: number): ApiError {
  return new ApiError(`The request's body took more than ${timeoutMs} ms`, {
    code: 'REQUEST_TOO_SLOW',
    status: 'DEADLINE_EXCEEDED',
    httpStatus: 408,
  });
}

function collect(
  request: IncomingMessage,
  limits: BodyLimits,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const timer = setTimeout(
      () => finish(() => reject(tooSlow(limits.timeoutMs))),
      limits.timeoutMs,
    );
    function finish(settle: () => void) {
      clearTimeout(timer);
      request.off('data', onData);
      request.off('end', onEnd);
      request.off('close', onClose);
      request.off('error', onClose);
      settle();
    }
    function onData(chunk: Buffer) {
      size += chunk.length;
      if (size > limits.maxBytes) {
        finish(() => reject(tooLarge(limits.maxBytes)));
      } else {
        chunks.push(chunk);
      }
    }
    function onEnd() {
      finish(() =>
        resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)),
      );
    }
    function onClose() {
      finish(() =>
        reject(
          new ApiError('The caller went away', {
            code: 'CANCELLED',
            status: 'CANCELLED',
          }),
        ),
      );
    }
    request.on('data', onData);
    request.on('end', onEnd);
    request.on('close', onClose);
    request.on('error', onClose);
  });
}

function decompressorOf(
  request: IncomingMessage,
): ((bytes: Buffer, maxBytes: number) => Promise<Buffer>) | undefined {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') {
    return undefined;
  }
  if (!Object.hasOwn(DECOMPRESS, encoding)) {
    throw new ApiError(
      `A body can be sent as it is, or with gzip, deflate or br, not with ${encoding}`,
      {
        code: 'CONTENT_ENCODING_UNSUPPORTED',
        status: 'UNIMPLEMENTED',
        httpStatus: 415,
      },
    );
  }
  const decompress = DECOMPRESS[encoding as keyof typeof DECOMPRESS];
  return async (bytes, maxBytes) => {
    try {
      return await decompress(bytes, { maxOutputLength: maxBytes });
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        throw tooLarge(maxBytes);
      }
      throw new ApiError(`The body is not valid ${encoding}`, {
        code: 'REQUEST_MALFORMED',
        status: 'INVALID_ARGUMENT',
        cause,
      });
    }
  };
}
