/**
 * The first run of an instance: its first organization and its first
 * administrator. Either the configuration names them, or whoever starts the
 * portal gets a link that works once. Closed for good afterwards: no setting and
 * no removal opens it again.
 */
import type { LoggerService } from '@backstage/backend-plugin-api';
import {
  CommandRejectedError,
  type EventContext,
  type InstanceId,
  type Position,
} from '@callboard/plugin-eventstore-common';
import {
  deriveAggregateId,
  type CommandRunner,
} from '@callboard/plugin-eventstore-node';
import {
  emailAddressSchema,
  instanceAggregateId,
  languageSchema,
  nameSchema,
  parseInput,
  personNameSchema,
  slugSchema,
  usernameSchema,
  type OrganizationId,
  type UserId,
} from '@callboard/plugin-iam-common';
import { z } from 'zod';
import { atField, explainRefusal } from '../commands/refusals';
import { runWork } from '../commands/runWork';
import { digestOf, makeSecret } from '../commands/secrets';
import { instanceAggregate } from '../domain/instance/instance';
import { setUpInstance } from '../domain/instance/setUpInstance';
import { change, type UnitOfWork } from '../domain/unitOfWork';

const first = {
  organization: z.strictObject({ name: nameSchema, slug: slugSchema }),
  owner: z.strictObject({
    username: usernameSchema,
    givenName: personNameSchema,
    familyName: personNameSchema,
    displayName: personNameSchema,
    language: languageSchema.optional(),
    email: emailAddressSchema,
  }),
};

/** The first organization and its owner, who is the instance's, too. */
export const firstThingsSchema = z.strictObject(first);
export type FirstThings = z.input<typeof firstThingsSchema>;

const completion = z.strictObject({
  /** Of the link. */
  token: z
    .string()
    .min(1)
    .max(100)
    .refine(value => /^[A-Za-z0-9_-]*$/.test(value), {
      error: 'has a character that is not allowed',
      params: { code: 'iam.input.alphabet' },
    }),
  ...first,
});
export type Completion = z.input<typeof completion>;

export interface SetUpOptions {
  readonly runner: CommandRunner;
  readonly logger: Pick<LoggerService, 'info'>;
  readonly instance: InstanceId;
  /** What the instance is called, and its language. */
  readonly name?: string;
  readonly language?: string;
  /** Where the portal is opened in a browser, e.g. `https://portal.example.com`. */
  readonly appUrl: string;
  /** Set up without anybody being asked. */
  readonly unattended?: FirstThings;
}

/** What was made. */
export interface SetUpResult {
  readonly organization: OrganizationId;
  readonly owner: UserId;
  readonly position: Position;
}

const LINK_LASTS = 24 * 60 * 60 * 1000;
const SYSTEM = { kind: 'system', id: 'iam.set_up' } as const;

export class SetUp {
  readonly #options: SetUpOptions;

  constructor(options: SetUpOptions) {
    this.#options = options;
  }

  /**
   * To be called at every start. Makes the instance if there is none. One that
   * is not set up yet is set up as configured, or gets a new link, which is
   * told to the log and replaces the one before.
   *
   * @throws CommandRejectedError when the configuration is wrong
   */
  async start(): Promise<'done' | 'set up' | 'link'> {
    await this.#addInstance();
    if (await this.#isDone()) {
      return 'done';
    }
    const { unattended } = this.#options;
    try {
      if (unattended) {
        const things = parseInput(firstThingsSchema, unattended);
        await this.#setUp(things, { by: 'configuration' }, SYSTEM.id);
        return 'set up';
      }
      await this.#offerLink();
      return 'link';
    } catch (error) {
      // Another node, or somebody with an earlier link, was faster.
      if (hasCode(error, 'iam.instance.set_up_done')) {
        return 'done';
      }
      throw error;
    }
  }

  /**
   * What the person with the link filled in.
   *
   * @throws CommandRejectedError with the field at fault; `….set_up_done` when it
   * is over
   */
  async complete(
    given: Completion,
    context?: Partial<EventContext>,
  ): Promise<SetUpResult> {
    const { token, ...things } = parseInput(completion, given);
    const proof = { by: 'link' as const, digest: digestOf(token) };
    try {
      return await this.#setUp(things, proof, undefined, context);
    } catch (error) {
      throw error instanceof CommandRejectedError &&
        error.field === 'proof.digest'
        ? atField(error, 'token')
        : error;
    }
  }

  async #isDone(): Promise<boolean> {
    const { runner, instance } = this.#options;
    const id = instanceAggregateId(instance);
    const { state } = await runner.load(instanceAggregate, id, instance);
    return state.setUpDone || state.status !== 'active';
  }

  async #addInstance(): Promise<void> {
    const { name = 'Callboard', language = 'en', instance } = this.#options;
    const id = instanceAggregateId(instance);
    const { version } = await this.#options.runner.load(
      instanceAggregate,
      id,
      instance,
    );
    if (version > 0) {
      return;
    }
    try {
      await this.#run(SYSTEM, function* add(): UnitOfWork {
        yield* change(instanceAggregate, id, { kind: 'Add', name, language });
      });
    } catch (error) {
      // Nodes start at the same time.
      if (!hasCode(error, 'iam.instance.exists')) {
        throw error;
      }
    }
  }

  async #offerLink(): Promise<void> {
    const { appUrl, instance, logger } = this.#options;
    const { value, digest } = makeSecret('setUp');
    const expiresAt = new Date(Date.now() + LINK_LASTS).toISOString();
    const id = instanceAggregateId(instance);
    await this.#run(SYSTEM, function* offer(): UnitOfWork {
      yield* change(instanceAggregate, id, {
        kind: 'OfferSetUp',
        digest,
        expiresAt,
      });
    });
    const base = appUrl.replace(/\/+$/, '');
    // After the `#`, so that no server or proxy on the way writes it down.
    logger.info(
      `Set up this portal within 24 hours at ${base}/iam/set-up#${value}`,
    );
  }

  async #setUp(
    things: z.output<typeof firstThingsSchema>,
    proof: Parameters<typeof setUpInstance>[0]['proof'],
    system: string | undefined,
    context?: Partial<EventContext>,
  ): Promise<SetUpResult> {
    const { instance } = this.#options;
    // The same for whoever does it, since it happens once.
    const organization = deriveAggregateId(
      'iam.organization',
      instance,
      'set-up',
    ) as OrganizationId;
    const owner = deriveAggregateId('iam.user', instance, 'set-up') as UserId;
    const actor = system ? SYSTEM : ({ kind: 'user', id: owner } as const);
    try {
      const { answer } = await this.#run(
        actor,
        () =>
          setUpInstance({
            proof,
            organization: { id: organization, ...things.organization },
            owner: { id: owner, ...things.owner },
          }),
        context,
      );
      return { organization, owner, position: answer.position };
    } catch (error) {
      throw explainRefusal(error, things.owner);
    }
  }

  #run(
    actor: { readonly kind: 'system' | 'user'; readonly id: string },
    work: () => UnitOfWork,
    context?: Partial<EventContext>,
  ) {
    const { runner, instance } = this.#options;
    return runWork(runner, { instance, actor, context, command: {}, work });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof CommandRejectedError && error.code === code;
}
