/**
 * Images over plain HTTP:
 *
 * - `GET|PUT|DELETE /assets/users/<uuid>/avatar`
 * - `GET|PUT|DELETE /assets/instance/labels/<name>`
 * - `GET|PUT|DELETE /assets/organizations/<uuid>/labels/<name>`
 *
 * A body is the image itself. Reading a label's image needs no credentials:
 * the paths of {@link unauthenticatedAssetPaths} have to be opened for that.
 */
import { ApiError, toErrorBody } from '@callboard/api-client';
import { toApiError } from '@callboard/api-node';
import type { InstanceId } from '@callboard/plugin-eventstore-common';
import {
  instanceAggregateId,
  organizationIdSchema,
  userIdSchema,
  type PolicyOwnerId,
  type UserId,
} from '@callboard/plugin-iam-common';
import type { LoggerService } from '@backstage/backend-plugin-api';
import express, {
  type NextFunction,
  type Request,
  type Response,
  type Router,
} from 'express';
import createPromiseRouter from 'express-promise-router';
import type { Caller } from '../queries/Authorizer';
import {
  notFound,
  PUBLIC_IMAGES,
  type Assets,
  type LabelImage,
} from './Assets';
import { mediaTypeOf } from './sniffImage';

/** For `httpRouter.addAuthPolicy`. Writing is checked all the same. */
export const unauthenticatedAssetPaths = [
  '/assets/instance/labels',
  '/assets/organizations',
];

export interface AssetsRouterOptions {
  readonly assets: Assets;
  /** Of one image. */
  readonly maxBytes: number;
  /** @throws when nobody is signed in */
  callerOf(request: Request): Promise<Caller>;
  /** The instance that a request without credentials is for. */
  instanceOf(request: Request): Promise<InstanceId>;
  readonly logger: LoggerService;
}

const AVATAR = '/assets/users/:user/avatar';
const LABELS = [
  '/assets/instance/labels/:name',
  '/assets/organizations/:organization/labels/:name',
];

export function createAssetsRouter(options: AssetsRouterOptions): Router {
  const { assets, callerOf, instanceOf } = options;
  const router = createPromiseRouter();

  router.get(AVATAR, async (request, response) => {
    const caller = await callerOf(request);
    const user = userOf(request);
    const digest = await assets.avatarOf(caller, user);
    await send(request, response, {
      digest,
      isPublic: false,
      read: () => assets.read(caller.instance, user, digest!),
    });
  });

  router.put(AVATAR, async (request, response) => {
    const caller = await callerOf(request);
    const user = userOf(request);
    await assets.mayChangeAvatar(caller, user);
    const bytes = await readImage(request, response, options.maxBytes);
    stored(
      response,
      await assets.setAvatar(commandOf(request, caller), user, bytes),
    );
  });

  router.delete(AVATAR, async (request, response) => {
    const caller = await callerOf(request);
    const user = userOf(request);
    const position = await assets.removeAvatar(
      commandOf(request, caller),
      user,
    );
    response.setHeader('Callboard-Position', String(position));
    response.status(204).end();
  });

  router.get(LABELS, async (request, response) => {
    const instance = await instanceOf(request);
    const found = await assets.labelImageOf(
      instance,
      labelOwner(request, instance),
      labelImage(request),
    );
    await send(request, response, {
      digest: found?.digest,
      isPublic: true,
      read: () => assets.read(instance, found!.owner, found!.digest),
    });
  });

  router.put(LABELS, async (request, response) => {
    const caller = await callerOf(request);
    const owner = labelOwner(request, caller.instance);
    const name = labelImage(request);
    await assets.mayChangeLabel(caller, owner);
    const bytes = await readImage(request, response, options.maxBytes);
    stored(
      response,
      await assets.setLabelImage(
        commandOf(request, caller),
        owner,
        name,
        bytes,
      ),
    );
  });

  router.delete(LABELS, async (request, response) => {
    const caller = await callerOf(request);
    const owner = labelOwner(request, caller.instance);
    const name = labelImage(request);
    const position = await assets.removeLabelImage(
      commandOf(request, caller),
      owner,
      name,
    );
    response.setHeader('Callboard-Position', String(position));
    response.status(204).end();
  });

  router.use(
    '/assets',
    (
      thrown: unknown,
      _request: Request,
      response: Response,
      next: NextFunction,
    ) => {
      if (response.headersSent) {
        next(thrown);
        return;
      }
      const error = toApiError(thrown);
      if (error.httpStatus >= 500) {
        options.logger.error('An image could not be served', thrown as Error);
      }
      response
        .status(error.httpStatus)
        .setHeader('Cache-Control', 'no-store')
        .json(toErrorBody(error));
    },
  );
  return router;
}

function userOf({ params }: Request): UserId {
  const parsed = userIdSchema.safeParse(`iam.user/${params.user}`);
  if (!parsed.success) {
    throw notFound();
  }
  return parsed.data;
}

function labelOwner({ params }: Request, instance: InstanceId): PolicyOwnerId {
  if (params.organization === undefined) {
    return instanceAggregateId(instance);
  }
  const parsed = organizationIdSchema.safeParse(
    `iam.organization/${params.organization}`,
  );
  if (!parsed.success) {
    throw notFound();
  }
  return parsed.data;
}

function labelImage({ params }: Request): LabelImage {
  const name = PUBLIC_IMAGES.find(each => each === params.name);
  if (!name) {
    throw notFound();
  }
  return name;
}

function commandOf(request: Request, caller: Caller) {
  return {
    caller,
    commandId: request.get('Idempotency-Key'),
  };
}

/** Whatever type is said: it is found out from the bytes. */
async function readImage(
  request: Request,
  response: Response,
  maxBytes: number,
): Promise<Buffer> {
  const parse = express.raw({
    type: () => true,
    limit: maxBytes,
    inflate: false,
  });
  await new Promise<void>((resolve, reject) =>
    parse(request, response, error =>
      error ? reject(refused(error, maxBytes)) : resolve(),
    ),
  );
  const bytes: unknown = request.body;
  return Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0);
}

function refused(error: { type?: string }, maxBytes: number): unknown {
  switch (error.type) {
    case 'entity.too.large':
      return new ApiError(`An image may have up to ${maxBytes} bytes`, {
        code: 'IAM_ASSET_TOO_LARGE',
        status: 'INVALID_ARGUMENT',
        httpStatus: 413,
      });
    case 'encoding.unsupported':
      return new ApiError('Images are taken as they are, not compressed', {
        code: 'IAM_ASSET_ENCODING',
        status: 'INVALID_ARGUMENT',
        httpStatus: 415,
      });
    case 'request.aborted':
    case 'request.size.invalid':
      return new ApiError('The upload was broken off', {
        code: 'IAM_ASSET_BROKEN_OFF',
        status: 'INVALID_ARGUMENT',
      });
    default:
      return error;
  }
}

function stored(
  response: Response,
  { digest, position }: { digest: string; position: number },
): void {
  response.setHeader('Callboard-Position', String(position));
  response.status(200).setHeader('ETag', `"${digest}"`).json({ digest });
}

/** An image may be shown and nothing else, wherever it comes from. */
async function send(
  request: Request,
  response: Response,
  image: {
    digest: string | undefined;
    isPublic: boolean;
    read: () => Promise<Buffer | undefined>;
  },
): Promise<void> {
  if (image.digest === undefined) {
    throw notFound();
  }
  response.setHeader('ETag', `"${image.digest}"`);
  // It has to be asked for each time: the next one has the same address.
  response.setHeader(
    'Cache-Control',
    image.isPublic ? 'public, no-cache' : 'private, no-cache',
  );
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  const bytes = await image.read();
  const type = bytes && mediaTypeOf(bytes);
  if (!bytes || !type) {
    response.removeHeader('ETag');
    throw notFound();
  }
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Disposition', 'inline');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader(
    'Content-Security-Policy',
    "default-src 'none'; sandbox; frame-ancestors 'none'",
  );
  response.setHeader(
    'Cross-Origin-Resource-Policy',
    image.isPublic ? 'cross-origin' : 'same-origin',
  );
  response.status(200).end(bytes);
}
