/** Given/when/then for every command of an aggregate. */
/* eslint-disable jest/no-export, jest/valid-title, jest/expect-expect -- a kit that defines tests; specify() asserts */
import {
  EventStoreError,
  type AggregateDefinition,
  type DecideContext,
  type NewEvent,
} from '@callboard/plugin-eventstore-common';
import { specify } from '@callboard/plugin-eventstore-node/testing';
import { NOW } from './World';

type KindOf<TCommand> = TCommand extends { readonly kind: infer TKind }
  ? TKind & string
  : never;

/** Fields may be wrong on purpose; the types of right ones are checked elsewhere. */
type Fields = Readonly<Record<string, unknown>>;

interface CommandCase {
  /** What is tried; the test's name. */
  readonly it: string;
  readonly given?: readonly NewEvent[];
  readonly with?: Fields;
  /** These events follow; none: there is nothing to do. */
  readonly then?: readonly NewEvent[];
  /** What comes of the same command once more; nothing when left out. */
  readonly again?: 'same' | string;
  /** The code of the refusal, and its field. */
  readonly refused?: string | readonly [code: string, field: string];
  readonly context?: Partial<DecideContext>;
}

/** What is only there between two events. */
interface Life<TCommand> {
  /** The commands with which it begins. */
  readonly begins: readonly KindOf<TCommand>[];
  /** A past at whose end it is gone. */
  readonly gone: readonly NewEvent[];
}

/**
 * Every kind of command has its cases, or this does not compile. What succeeds
 * is repeated, and each field of the first success is spoiled in turn.
 */
export function specifyCommands<TState, TCommand extends { kind: string }>(
  aggregate: AggregateDefinition<TState, TCommand>,
  cases: { readonly [TKind in KindOf<TCommand>]: readonly CommandCase[] },
  life?: Life<TCommand>,
): void {
  const context = { now: NOW };
  for (const [kind, ofKind] of Object.entries(cases) as [
    string,
    readonly CommandCase[],
  ][]) {
    const decide = (each: CommandCase, given = each.given ?? []) =>
      specify(aggregate)
        .given(...given)
        .when({ kind, ...each.with } as unknown as TCommand, {
          ...context,
          ...each.context,
        });
    describe(kind, () => {
      it.each(ofKind.map(each => [each.it, each] as const))(
        '%s',
        (_it, each) => {
          if (each.refused !== undefined) {
            const [code, field] = [each.refused].flat();
            decide(each).thenRejected(code!, field);
            return;
          }
          decide(each).then(...each.then!);
          const after = decide(each, [...(each.given ?? []), ...each.then!]);
          if (each.again === undefined) {
            after.thenNothing();
          } else if (each.again === 'same') {
            after.then(...each.then!);
          } else {
            after.thenRejected(each.again);
          }
        },
      );

      const good = ofKind.find(each => each.then && each.then.length > 0);
      it('has a success', () => expect(good).toBeDefined());
      const fields = Object.keys(good?.with ?? {});
      if (fields.length > 0) {
        it.each(fields)('refuses whatever %s cannot be', field => {
          for (const bad of [{}, [{}], 7.5, '\u0000', 'x'.repeat(20_000)]) {
            const error = refusalOf(() =>
              decide({
                ...good!,
                with: { ...good!.with, [field]: bad },
              }).then(),
            );
            expect(error?.code).toMatch(/^iam\.input\./);
            expect(`${error?.field}.`).toMatch(new RegExp(`^${field}\\.`));
          }
        });
      }
      if (life && !(life.begins as readonly string[]).includes(kind)) {
        it.each([
          ['is not there', []],
          ['is gone', life.gone],
        ])('does nothing to what %s', (_what, given) => {
          const error = refusalOf(() => decide(good!, given).then());
          expect(error?.code ?? 'not_found').toMatch(/not_found|gone/);
        });
      }
      it('refuses a field it does not know', () => {
        decide({ ...good!, with: { ...good!.with, other: 1 } }).thenRejected(
          'iam.input.unknown_field',
          'other',
        );
      });
    });
  }
}

function refusalOf(decide: () => unknown): EventStoreError | undefined {
  try {
    decide();
  } catch (error) {
    if (error instanceof EventStoreError) {
      return error;
    }
    throw error;
  }
  return undefined;
}
