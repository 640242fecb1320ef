import { fromJson, type MessageInitShape } from '@bufbuild/protobuf';
import { ValueSchema } from '@bufbuild/protobuf/wkt';
import type { ApiContext, ServiceHandlers } from '@callboard/api-node';
import type { Position } from '@callboard/plugin-eventstore-common';
import {
  PlannedActionSchema,
  SourceModeSchema,
  SourceStateSchema,
  type AdminService,
  type SourcePlanSchema,
  type SourceSchema,
} from '@callboard/plugin-iam-common/api';
import type { FieldValue } from '../asCode/resources';
import type { Source } from '../asCode/Sources';
import { choiceNumber } from './commandInput';
import type { IamApi } from './IamApi';
import { given } from './listFilters';
import { time } from './messages';

/** Access as code: what sources say, and what would have to be changed. */
export function sourceHandlers(
  api: IamApi,
): Pick<
  ServiceHandlers<typeof AdminService>,
  'listSources' | 'planSource' | 'applySource' | 'listManagedObjects'
> {
  const { sources } = api;
  const ordered = (context: ApiContext, position: Position) => {
    context.setPosition(position);
    return { position: BigInt(position) };
  };
  return {
    async listSources(_request, context) {
      const all = await sources.list(await api.callerOf(context));
      return { sources: all.map(sourceMessage) };
    },

    async planSource({ source }, context) {
      const caller = await api.callerOf(context);
      return ordered(context, await sources.look(caller, source));
    },

    async applySource({ source, plan }, context) {
      const caller = await api.callerOf(context);
      return ordered(context, await sources.apply(caller, source, plan));
    },

    async listManagedObjects({ source, ids }, context) {
      const objects = await sources.managed(await api.callerOf(context), {
        source: given(source),
        ids: ids.length > 0 ? ids : undefined,
      });
      return {
        objects: objects.map(object => ({ ...object, id: object.id ?? '' })),
      };
    },
  };
}

function sourceMessage(source: Source): MessageInitShape<typeof SourceSchema> {
  return {
    name: source.name,
    target: source.target,
    mode: choiceNumber(SourceModeSchema, source.mode),
    state: choiceNumber(SourceStateSchema, source.state),
    revision: source.revision ?? '',
    comparedAt: time(source.comparedAt),
    position: BigInt(source.position ?? 0),
    plan: planMessage(source),
    applying: source.applying !== null,
    appliedPlan: source.appliedPlan ?? '',
    appliedRevision: source.appliedRevision ?? '',
    appliedAt: time(source.appliedAt),
    error: source.error ?? '',
    errorSince: time(source.errorSince),
  };
}

function planMessage({
  plan,
  planId,
  lines,
}: Source): MessageInitShape<typeof SourcePlanSchema> | undefined {
  return plan
    ? {
        id: planId ?? '',
        changes: plan.changes.map(({ action, resource, fields, place }) => ({
          action: choiceNumber(PlannedActionSchema, action),
          kind: resource.kind,
          key: resource.key,
          fields: fields.map(({ field, before, after }) => ({
            field,
            before: valueOf(before),
            after: valueOf(after),
          })),
          place,
        })),
        undescribed: plan.extras.map(({ resource, place }) => ({
          kind: resource.kind,
          key: resource.key,
          place,
        })),
        faults: [...plan.faults],
        lines: [...lines],
      }
    : undefined;
}

/** `null` says that there is none, as a field that is left out does. */
function valueOf(value: FieldValue | undefined) {
  return value === undefined || value === null
    ? undefined
    : fromJson(ValueSchema, JSON.parse(JSON.stringify(value)));
}
