import type { ServerResponse } from 'node:http';
import type { Message } from '@bufbuild/protobuf';
import { ApiError, toErrorBody } from '@callboard/api-client';

/**
 * Writes a stream of answers, each as soon as it is there.
 *
 * A failure before the first answer is an ordinary error. A later one is
 * written as a last line `{"error": …}`, unless the answer is a file, and the
 * connection is then cut without the end that chunked encoding has: a client
 * that only looks at the transfer notices as well.
 *
 * @throws what the stream throws before anything was written
 */
export async function writeStream(
  response: ServerResponse,
  messages: AsyncIterable<Message>,
  encode: (message: Message) => { contentType: string; bytes: Uint8Array },
  isFile: boolean,
): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  const first = await iterator.next();
  const opening = first.done ? undefined : encode(first.value);
  response.statusCode = 200;
  response.setHeader(
    'Content-Type',
    opening?.contentType ??
      (isFile ? 'application/octet-stream' : 'application/x-ndjson'),
  );
  // Compression on the way would hold lines back.
  response.setHeader('Cache-Control', 'no-store, no-transform');
  response.setHeader('X-Accel-Buffering', 'no');
  response.flushHeaders();
  try {
    for (
      let chunk = opening?.bytes;
      chunk !== undefined && !response.destroyed;

    ) {
      await write(response, chunk);
      const next = await iterator.next();
      chunk = next.done ? undefined : encode(next.value).bytes;
    }
    response.end();
  } catch (error) {
    if (!isFile && error instanceof ApiError && !response.destroyed) {
      const { error: body } = toErrorBody(error);
      const line = `${JSON.stringify({ error: body })}\n`;
      await new Promise<void>(sent => response.write(line, () => sent()));
    }
    // What was written still goes out; then the connection closes.
    response.socket?.destroySoon();
  } finally {
    await iterator.return?.();
  }
}

/** Resolves when there is room for more, or nobody left to write to. */
function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise(resolve => {
    if (response.write(bytes)) {
      resolve();
      return;
    }
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.once('drain', done);
    response.once('close', done);
  });
}
