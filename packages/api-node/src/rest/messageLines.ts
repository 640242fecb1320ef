/**
 * A stream of requests as lines of JSON, one message each. Fields of the path
 * and the query belong to every one of them.
 */
import type { IncomingMessage } from 'node:http';
import type { Message } from '@bufbuild/protobuf';
import { ApiError } from '@callboard/api-client';
import { tooLarge, tooSlow, type BodyLimits } from '../http/readBody';
import type { MessageValidator } from '../message/validateMessage';
import type { Binding } from './bindings';
import { readRequestMessage } from './requestMessage';

const NEWLINE = 0x0a;

/**
 * @param limits - `maxBytes` of a line; `timeoutMs` that may pass without one
 * byte
 * @throws ApiError
 */
export async function* readMessageLines(
  binding: Binding,
  place: { segments: readonly string[]; query: string },
  request: IncomingMessage,
  limits: BodyLimits,
  validator: MessageValidator,
): AsyncGenerator<Message> {
  let number = 0;
  for await (const line of readLines(request, limits)) {
    number++;
    if (line.every(byte => byte === 0x20 || byte === 0x0d || byte === 0x09)) {
      continue;
    }
    try {
      yield readRequestMessage(
        binding,
        { ...place, contentType: 'application/json', body: line },
        validator,
      );
    } catch (error) {
      if (error instanceof ApiError) {
        throw new ApiError(`Line ${number}: ${error.message}`, {
          ...error,
          metadata: { ...error.metadata, line: `${number}` },
        });
      }
      throw error;
    }
  }
}

async function* readLines(
  request: IncomingMessage,
  limits: BodyLimits,
): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let size = 0;
  for await (const chunk of withPatience(request, limits.timeoutMs)) {
    let from = 0;
    for (
      let end = chunk.indexOf(NEWLINE);
      end !== -1;
      end = chunk.indexOf(NEWLINE, from)
    ) {
      pending.push(chunk.subarray(from, end));
      yield Buffer.concat(pending);
      pending = [];
      size = 0;
      from = end + 1;
    }
    pending.push(chunk.subarray(from));
    size += chunk.length - from;
    if (size > limits.maxBytes) {
      throw tooLarge(limits.maxBytes);
    }
  }
  if (size > 0) {
    yield Buffer.concat(pending);
  }
}

/** Ends a stream that falls silent while somebody waits for it. */
async function* withPatience(
  request: IncomingMessage,
  timeoutMs: number,
): AsyncGenerator<Buffer> {
  const iterator = request.iterator({ destroyOnReturn: false });
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(tooSlow(timeoutMs)), timeoutMs);
      });
      const next = iterator.next();
      next.catch(() => {});
      try {
        const { done, value } = await Promise.race([next, silence]);
        if (done) {
          return;
        }
        yield value;
      } finally {
        clearTimeout(timer);
      }
    }
  } finally {
    // Not waited for: it comes only after the next chunk, which may never.
    iterator.return?.().catch(() => {});
  }
}
