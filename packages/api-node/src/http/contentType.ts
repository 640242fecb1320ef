import { ApiError } from '@callboard/api-client';

/** A content type without its parameters, in lower case. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]!.trim().toLowerCase();
}

/** Whether the parameters allow for UTF-8, which all our text is. */
export function isUtf8(contentType: string | undefined): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(
    contentType ?? '',
  )?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}

/** @param accepted - what would have been understood */
export function unsupportedContentType(
  contentType: string | undefined,
  accepted: readonly string[],
): ApiError {
  return new ApiError(
    `The content type ${contentType ? `'${contentType.slice(0, 100)}'` : '(none)'} is not understood; send ${accepted.join(' or ')}`,
    {
      code: 'CONTENT_TYPE_UNSUPPORTED',
      status: 'INVALID_ARGUMENT',
      httpStatus: 415,
    },
  );
}
