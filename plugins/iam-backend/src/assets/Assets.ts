/** Avatars and logos: the bytes in a storage, the reference in the log. */
import { ApiError } from '@callboard/api-client';
import type { InstanceId } from '@callboard/plugin-eventstore-common';
import type { CommandRunner } from '@callboard/plugin-eventstore-node';
import {
  effectivePolicy,
  instanceAggregateId,
  policyIdOf,
  type OrganizationId,
  type PolicyDecision,
  type PolicyOwnerId,
  type PolicySettings,
  type UserId,
} from '@callboard/plugin-iam-common';
import { authorizeCommand } from '../commands/authorizeCommand';
import type { CommandServices } from '../commands/CommandServices';
import type { CommandRequest } from '../commands/CommandRequest';
import type { IamCommands } from '../commands/IamCommands';
import { organizationAggregate } from '../domain/organization/organization';
import { policyAggregate } from '../domain/policy/policy';
import { userAggregate } from '../domain/user/user';
import type { Caller } from '../queries/Authorizer';
import { digestOf, type AssetOwner, type AssetStorage } from './AssetStorage';
import type { OwnerLock } from './OwnerLock';
import { checkImage } from './sniffImage';

/**
 * The images of a label. Login pages show them, so everybody may see them,
 * whoever they are: these and no others.
 */
export const PUBLIC_IMAGES = [
  'logoLight',
  'logoDark',
  'iconLight',
  'iconDark',
] as const;

export type LabelImage = (typeof PUBLIC_IMAGES)[number];

export interface AssetsOptions extends Pick<CommandServices, 'authorizer'> {
  readonly runner: CommandRunner;
  readonly commands: IamCommands;
  readonly storage: AssetStorage;
  readonly lock: OwnerLock;
}

export class Assets {
  readonly #options: AssetsOptions;

  constructor(options: AssetsOptions) {
    this.#options = options;
  }

  /** Before anything of an upload is read. @throws as `setAvatar` */
  async mayChangeAvatar(caller: Caller, user: UserId): Promise<void> {
    await this.#mayCommand(caller, 'changeAvatar', { user });
  }

  /** Before anything of an upload is read. @throws as `setLabelImage` */
  async mayChangeLabel(caller: Caller, owner: PolicyOwnerId): Promise<void> {
    await this.#mayCommand(caller, 'setPolicy', { owner });
  }

  /**
   * @returns the digest
   * @throws ApiError when it is no image; what the command throws
   */
  async setAvatar(
    request: CommandRequest,
    user: UserId,
    bytes: Buffer,
  ): Promise<{ digest: string; position: number }> {
    checkImage(bytes);
    return this.#store(request.caller.instance, user, bytes, async image => {
      const changed = await this.#options.commands.changeAvatar(request, {
        user,
        image,
      });
      return changed.position;
    });
  }

  async removeAvatar(request: CommandRequest, user: UserId): Promise<number> {
    const { position } = await this.#options.commands.removeAvatar(request, {
      user,
    });
    return position;
  }

  /**
   * A user's picture, for themselves, for those of their organization, and for
   * those who may see them.
   *
   * @returns its digest; undefined when there is none that the caller may see
   */
  async avatarOf(caller: Caller, user: UserId): Promise<string | undefined> {
    const state = await this.#user(caller.instance, user);
    const { avatar, organization } = state;
    if (typeof avatar !== 'string' || !organization) {
      return undefined;
    }
    const isVisible =
      caller.kind === 'operator' ||
      caller.user === user ||
      (await this.#user(caller.instance, caller.user)).organization ===
        organization ||
      (await this.#options.authorizer.may(
        caller,
        'iam.user.read',
        organization,
      ));
    return isVisible ? avatar : undefined;
  }

  async setLabelImage(
    request: CommandRequest,
    owner: PolicyOwnerId,
    name: LabelImage,
    bytes: Buffer,
  ): Promise<{ digest: string; position: number }> {
    checkImage(bytes);
    return this.#store(request.caller.instance, owner, bytes, image =>
      this.#changeLabel(request, owner, { [name]: image }),
    );
  }

  async removeLabelImage(
    request: CommandRequest,
    owner: PolicyOwnerId,
    name: LabelImage,
  ): Promise<number> {
    return this.#options.lock.with(owner, () =>
      this.#changeLabel(request, owner, { [name]: undefined }),
    );
  }

  /**
   * An image of the label that holds for an instance or organization, and whose
   * it is.
   */
  async labelImageOf(
    instance: InstanceId,
    owner: PolicyOwnerId,
    name: LabelImage,
  ): Promise<{ owner: AssetOwner; digest: string } | undefined> {
    if (owner !== instanceAggregateId(instance)) {
      const { state } = await this.#options.runner
        .load(organizationAggregate, owner, instance)
        .catch(() => ({ state: organizationAggregate.initial() }));
      if (state.status !== 'active') {
        return undefined;
      }
    }
    const { settings, from } = await this.#label(instance, owner);
    const digest = settings[name];
    return digest === undefined
      ? undefined
      : {
          owner:
            from === 'organization' ? owner : instanceAggregateId(instance),
          digest,
        };
  }

  read(
    instance: InstanceId,
    owner: AssetOwner,
    digest: string,
  ): Promise<Buffer | undefined> {
    return this.#options.storage.get({ instance, owner, digest });
  }

  /** Clears away the pictures of a user that they don't have any more. */
  async clearAvatars(instance: InstanceId, user: UserId): Promise<void> {
    await this.#options.lock.with(user, () => this.#clear(instance, user));
  }

  async #clear(instance: InstanceId, user: UserId): Promise<void> {
    const { avatar } = await this.#user(instance, user);
    await this.#options.storage.keepOnly(
      { instance, owner: user },
      typeof avatar === 'string' ? [avatar] : [],
    );
  }

  /** Clears away all images of an organization that is gone. */
  async clearOrganization(
    instance: InstanceId,
    owner: OrganizationId,
  ): Promise<void> {
    await this.#options.storage.keepOnly({ instance, owner }, []);
  }

  /** Bytes first: a reference never points to what isn't there. */
  async #store(
    instance: InstanceId,
    owner: AssetOwner,
    bytes: Buffer,
    refer: (digest: string) => Promise<number>,
  ): Promise<{ digest: string; position: number }> {
    const digest = digestOf(bytes);
    return this.#options.lock.with(owner, async () => {
      await this.#options.storage.put({ instance, owner, digest }, bytes);
      try {
        return { digest, position: await refer(digest) };
      } catch (error) {
        // Of somebody who is gone by now nothing may be left.
        if (owner.startsWith('iam.user/')) {
          await this.#clear(instance, owner as UserId);
        }
        throw error;
      }
    });
  }

  async #changeLabel(
    request: CommandRequest,
    owner: PolicyOwnerId,
    images: Partial<Record<LabelImage, string>>,
  ): Promise<number> {
    const { settings, own } = await this.#label(request.caller.instance, owner);
    const { position } = await this.#options.commands.setPolicy(request, {
      owner,
      policy: 'label',
      settings: { ...settings, ...images },
      enforced: own?.enforced ?? false,
    });
    return position;
  }

  async #label(instance: InstanceId, owner: PolicyOwnerId) {
    const above = instanceAggregateId(instance);
    const decisionOf = async (of: PolicyOwnerId) => {
      const { state } = await this.#options.runner.load(
        policyAggregate,
        policyIdOf(of),
        instance,
      );
      return state.decisions.get('label') as
        | (PolicyDecision<'label'> & { settings: PolicySettings<'label'> })
        | undefined;
    };
    const own = await decisionOf(owner);
    return {
      own,
      ...(owner === above
        ? effectivePolicy('label', { instance: own })
        : effectivePolicy('label', {
            instance: await decisionOf(above),
            organization: own,
          })),
    };
  }

  async #user(instance: InstanceId, user: UserId) {
    const { state } = await this.#options.runner
      .load(userAggregate, user, instance)
      .catch(error => {
        // Of another instance: for the caller there is no such user.
        if ((error as Error).name === 'WrongInstanceError') {
          return { state: userAggregate.initial() };
        }
        throw error;
      });
    return state;
  }

  async #mayCommand(
    caller: Caller,
    name: 'changeAvatar' | 'setPolicy',
    input: Record<string, unknown>,
  ): Promise<void> {
    const { authorizer, runner } = this.#options;
    const services = { authorizer, runner } as CommandServices;
    await authorizeCommand(services, caller, name, input);
  }
}

export function notFound(): ApiError {
  return new ApiError('There is no such image', {
    code: 'IAM_ASSET_NOT_FOUND',
    status: 'NOT_FOUND',
  });
}
