import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type {
  ApiContext,
  ServiceHandlers,
  ServicePolicies,
} from '@callboard/api-node';
import {
  eventReadPermission,
  logBackupPermission,
  logVerifyPermission,
} from '@callboard/plugin-eventstore-common';
import {
  SealFault_Kind as FaultKind,
  type LogService,
} from '@callboard/plugin-eventstore-common/api';
import {
  toJsonObject,
  type EventStore,
  type SealFault,
} from '@callboard/plugin-eventstore-node';
import { toTimestamp } from './messages';

const FAULTS: Record<SealFault['kind'], FaultKind> = {
  altered: FaultKind.ALTERED,
  missing: FaultKind.MISSING,
  inserted: FaultKind.INSERTED,
  seal: FaultKind.SEAL,
  cut: FaultKind.CUT,
};

/** gRPC clients take 4 MiB in one message, if not told otherwise. */
const BYTES_AT_ONCE = 256 * 1024;

const verifying = {
  allow: ['user', 'service'],
  permission: logVerifyPermission,
} as const;
const takingAway = {
  allow: ['user', 'service'],
  permission: logBackupPermission,
  audit: 'critical',
} as const;

export const logPolicies: ServicePolicies<typeof LogService> = {
  getLogHead: {
    allow: ['user', 'service'],
    permission: eventReadPermission,
    conditional: true,
  },
  verifyLog: { ...verifying, audit: 'medium' },
  listSealingKeys: verifying,
  backupLog: takingAway,
  backupSubjectKeys: takingAway,
};

export function createLogHandlers(
  store: EventStore,
): ServiceHandlers<typeof LogService> {
  return {
    async getLogHead() {
      const [head, incarnation] = await Promise.all([
        store.log.head(),
        store.log.incarnation(),
      ]);
      return {
        position: BigInt(head.position),
        recordedAt: toTimestamp(head.recordedAt),
        incarnation,
      };
    },

    async verifyLog({ anchor }) {
      const result = await store.verify(
        anchor
          ? { anchor: { block: Number(anchor.block), hash: anchor.hash } }
          : {},
      );
      const { fault, head } = result;
      return {
        fault: fault && {
          kind: FAULTS[fault.kind],
          position: 'position' in fault ? BigInt(fault.position) : undefined,
          block: fault.block === undefined ? undefined : BigInt(fault.block),
          message: fault.message,
        },
        events: BigInt(result.events),
        blocks: BigInt(result.blocks),
        head: head && { block: BigInt(head.block), hash: head.hash },
        unsealed: BigInt(result.unsealed),
      };
    },

    async listSealingKeys() {
      const keys = await store.sealingKeys();
      return {
        keys: [...keys].map(([id, jwk]) => ({ id, jwk: toJsonObject(jwk) })),
      };
    },

    backupLog: ({ gzip }, context) =>
      sendFile(store.backup(), { name: 'callboard-log', gzip }, context),

    backupSubjectKeys: ({ gzip }, context) =>
      sendFile(
        store.backupSubjectKeys(),
        { name: 'callboard-subject-keys', gzip },
        context,
      ),
  };
}

async function* sendFile(
  text: AsyncIterable<string>,
  file: { name: string; gzip: boolean },
  context: ApiContext,
) {
  const extension = file.gzip ? 'ndjson.gz' : 'ndjson';
  context.setHeader(
    'Content-Disposition',
    `attachment; filename="${file.name}.${extension}"`,
  );
  const contentType = file.gzip ? 'application/gzip' : 'application/x-ndjson';
  const plain = Readable.from(text, { objectMode: false });
  const bytes = file.gzip ? plain.pipe(createGzip()) : plain;
  plain.on('error', error => bytes.destroy(error));
  try {
    for await (const piece of bytes) {
      const buffer = Buffer.from(piece);
      for (let from = 0; from < buffer.length; from += BYTES_AT_ONCE) {
        yield {
          contentType,
          data: buffer.subarray(from, from + BYTES_AT_ONCE),
        };
      }
    }
  } finally {
    plain.destroy();
  }
}
