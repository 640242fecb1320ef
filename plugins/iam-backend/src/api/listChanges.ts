import { fromJson, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromMs, ValueSchema } from '@bufbuild/protobuf/wkt';
import {
  actorKey,
  type AggregateId,
} from '@callboard/plugin-eventstore-common';
import type { Json } from '@callboard/plugin-eventstore-node';
import type { ObjectChangeSchema } from '@callboard/plugin-iam-common/api';
import type { Caller } from '../queries/Authorizer';
import type { ObjectChange } from '../history/ObjectHistory';
import type { IamApi } from './IamApi';

const DEFAULT_PAGE_SIZE = 50;

/** A page of what happened to one thing. */
export async function listChanges(
  { history }: IamApi,
  caller: Caller,
  object: AggregateId,
  request: { readonly pageSize: number; readonly pageToken: string },
) {
  const { changes, next } = await history.list(caller, object, {
    limit: request.pageSize || DEFAULT_PAGE_SIZE,
    below: request.pageToken === '' ? undefined : Number(request.pageToken),
  });
  return {
    changes: changes.map(changeMessage),
    nextPageToken: next === undefined ? '' : `${next}`,
  };
}

function changeMessage({
  event,
  fields,
}: ObjectChange): MessageInitShape<typeof ObjectChangeSchema> {
  const { actor, context } = event;
  return {
    position: BigInt(event.position),
    version: event.version,
    type: event.type,
    recordedAt: timestampFromMs(Date.parse(event.recordedAt)),
    actor: actorKey(actor),
    onBehalfOf: 'onBehalfOf' in actor ? (actor.onBehalfOf ?? '') : '',
    correlationId: context.correlationId,
    ip: context.ip ?? '',
    fields: fields.map(({ path, before, after }) => ({
      path,
      before: valueOf(before),
      after: valueOf(after),
    })),
  };
}

function valueOf(value: Json | undefined) {
  return value === undefined ? undefined : fromJson(ValueSchema, value);
}
