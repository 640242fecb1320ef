/*
 * A backup is text, one JSON value a line:
 *
 *   {"format":"callboard-eventstore", ...}      what it is, and of when
 *   ["event", position, instance, ...]          each event, its columns as text
 *   ["claim", instance, kind, value, owner, position]
 *   ["secret", name, wrapped, master key id]    encrypted with the master key
 *   ["signing_key", kid, public, wrapped, master key id, created at]
 *   ["seal", block, first, last, leaves, head]
 *   {"end":true,"lines":n,"sha256":"..."}       of all the bytes before
 *
 * The keys of subjects are not in it. They are a backup of their own, of which
 * only the newest is to be kept: else whoever was erased could be read again
 * from an old one.
 */
import { EventStoreError } from '@callboard/plugin-eventstore-common';
import { z } from 'zod';

export const LOG_FORMAT = 'callboard-eventstore';
export const KEYS_FORMAT = 'callboard-eventstore-keys';
export const FORMAT_VERSION = 1;

export const headerSchema = z.object({
  format: z.enum([LOG_FORMAT, KEYS_FORMAT]),
  version: z.literal(FORMAT_VERSION),
  createdAt: z.string(),
  /** Of the last event in it. */
  head: z.number().int().min(0),
});

export const footerSchema = z.object({
  end: z.literal(true),
  lines: z.number().int().min(1),
  sha256: z.string(),
});

/**
 * A backup cannot be restored: it is damaged, cut off, of another format, or
 * the database is not empty. Nothing was changed.
 *
 * @public
 */
export class RestoreError extends EventStoreError {
  readonly code = 'eventstore.restore_failed';
  readonly kind = 'failed_precondition';
  /** Of the backup, from 1. */
  readonly line?: number;

  constructor(message: string, options?: { line?: number; cause?: unknown }) {
    super(
      options?.line === undefined
        ? message
        : `Line ${options.line}: ${message}`,
      { cause: options?.cause },
    );
    this.line = options?.line;
  }

  get details() {
    return this.line === undefined ? {} : { line: this.line };
  }
}
