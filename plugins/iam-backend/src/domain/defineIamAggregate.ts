import {
  defineAggregate,
  type AggregateDefinition,
  type DecideContext,
  type EventDefinition,
  type EventEnvelope,
  type EventOf,
  type NewEvent,
} from '@callboard/plugin-eventstore-common';
import { parseInput, refusal } from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { claimChanges, type HeldClaim } from './heldClaims';

/** What one kind of command takes, and how it is decided. */
export interface CommandRule<
  TState = any, // any: rules of all states fit into one type
  TInput extends z.ZodType = z.ZodType,
> {
  readonly input: TInput;
  decide(
    state: TState,
    input: z.output<TInput>,
    context: DecideContext,
  ): readonly NewEvent[];
}

/** Makes the rules of one aggregate: the fields of a command, its decision. */
export function rulesFor<TState>() {
  return <TShape extends z.core.$ZodLooseShape>(
    fields: TShape,
    decide: (
      state: TState,
      input: z.output<z.ZodObject<TShape, z.core.$strict>>,
      context: DecideContext,
    ) => readonly NewEvent[],
  ): CommandRule<TState, z.ZodObject<TShape, z.core.$strict>> => ({
    input: z.strictObject(fields),
    decide,
  });
}

/** The commands of a table of rules, as they come in: `{ kind, …fields }`. */
export type CommandOf<TRules extends Record<string, CommandRule>> = {
  [TKind in keyof TRules & string]: { readonly kind: TKind } & FieldsOf<
    z.input<TRules[TKind]['input']>
  >;
}[keyof TRules & string];

/** zod's type of an object without fields forbids `kind`, too. */
type FieldsOf<TInput> = TInput extends Record<string, never> ? unknown : TInput;

/** The fields of one kind of command of an aggregate. */
export type CommandFields<TAggregate, TKind extends string> =
  TAggregate extends AggregateDefinition<
    infer _TState,
    infer TCommand,
    any // any: its events are not looked at
  >
    ? Omit<Extract<TCommand, { readonly kind: TKind }>, 'kind'>
    : never;

type Evolve<TState, TDefinition extends EventDefinition> = {
  readonly [TType in TDefinition['type']]: (
    state: TState,
    event: EventOf<Extract<TDefinition, { readonly type: TType }>>,
  ) => TState;
};

/**
 * An aggregate of IAM. Every command is checked field by field before it is
 * decided, and claims follow from the names that the state holds.
 */
export function defineIamAggregate<
  TState,
  const TDefinitions extends readonly EventDefinition[],
  TRules extends Record<string, CommandRule<TState>>,
>(options: {
  type: string;
  events: TDefinitions;
  initial: () => TState;
  evolve: Evolve<NoInfer<TState>, TDefinitions[number]>;
  rules: TRules;
  /** The unique values held in a state; none when left out. */
  claims?: (state: NoInfer<TState>) => readonly HeldClaim[];
  /** Refuses what would come of a decision; throws. */
  invariant?: (before: NoInfer<TState>, after: NoInfer<TState>) => void;
}): AggregateDefinition<TState, CommandOf<TRules>, TDefinitions[number]> {
  const { rules, claims, invariant } = options;
  const aggregate: AggregateDefinition<
    TState,
    CommandOf<TRules>,
    TDefinitions[number]
  > = defineAggregate({
    type: options.type,
    events: options.events,
    initial: options.initial,
    evolve: options.evolve,
    decide(state, command: CommandOf<TRules>, context) {
      const { kind, ...fields } = command;
      const rule = Object.hasOwn(rules, kind) ? rules[kind] : undefined;
      if (!rule) {
        throw refusal('iam.input.unknown_choice', 'kind');
      }
      const input = parseInput(rule.input, fields);
      const events = rule.decide(state, input, context);
      const after = stateAfter(aggregate, state, events, context);
      invariant?.(state, after);
      return {
        // The rules of an aggregate return its own events; the log checks it.
        events: events as never,
        claims: claims
          ? claimChanges(claims(state), claims(after), context.aggregateId)
          : [],
      };
    },
  });
  return aggregate;
}

/** The state once decided events are stored. */
export function stateAfter<TState>(
  aggregate: Pick<AggregateDefinition<TState>, 'evolve'>,
  state: TState,
  events: readonly NewEvent[],
  context: DecideContext,
): TState {
  return events.reduce(
    (current, event) =>
      aggregate.evolve(current, {
        // Not in the log yet, so after everything that is.
        position: Number.MAX_SAFE_INTEGER,
        type: event.type,
        payload: event.payload,
        instance: context.instance,
        aggregateId: context.aggregateId,
        actor: context.actor,
        recordedAt: context.now.toISOString(),
      } as EventEnvelope),
    state,
  );
}
