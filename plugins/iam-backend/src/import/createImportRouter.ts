/**
 * The file of an import, over plain HTTP:
 *
 * `PUT /imports/v1/<organization's uuid>/<import id>?format=csv&activate=true&dryRun=true`
 *
 * The body is the file. It is taken in whole first, and held in memory only:
 * what is in it is personal. Then the answer is lines of JSON, as the import
 * comes along: `{"rows":…,"added":…,"failed":…}` for how far it is, `{"failure":…}`
 * for each row that made nobody, and at the end `{"done":…}` or `{"error":…}`.
 * Whoever goes away stops it; the same request goes on with it.
 */
import { ApiError, toErrorBody } from '@callboard/api-client';
import { toApiError, toClientIp } from '@callboard/api-node';
import {
  organizationIdSchema,
  refusal,
  type OrganizationId,
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
import { explainRow } from './explainRow';
import type { ImportSettings, RowReport, UserImports } from './UserImports';

export interface ImportRouterOptions {
  readonly imports: UserImports;
  /** @throws when nobody is signed in */
  callerOf(request: Request): Promise<Caller>;
  readonly logger: LoggerService;
}

const IMPORTS_PATH = '/imports/v1';

/** Of one file: 100,000 rows of three hundred bytes each. */
const MAX_BYTES = 32 * 1024 * 1024;
/** How often it is told how far it is, in rows. */
const TELL_EVERY = 100;

export function createImportRouter(options: ImportRouterOptions): Router {
  const { imports, callerOf } = options;
  const router = createPromiseRouter();
  router.put(
    `${IMPORTS_PATH}/:organization/:importId`,
    async (request, response) => {
      const caller = await callerOf(request);
      const settings = settingsOf(request);
      // Before anything of the file is read.
      await imports.check({ caller }, settings);
      const file = await readFile(request, response);
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      const rows = imports.run(
        {
          caller,
          context: {
            ip: toClientIp(request.ip),
            userAgent: request.get('user-agent'),
          },
          signal: gone.signal,
        },
        settings,
        [file] as never,
      );
      await tell(response, rows, options.logger);
    },
  );
  router.use(
    IMPORTS_PATH,
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
      response
        .status(error.httpStatus)
        .setHeader('Cache-Control', 'no-store')
        .json(toErrorBody(error));
    },
  );
  return router;
}

function settingsOf({ params, query }: Request): ImportSettings {
  const organization = organizationIdSchema.safeParse(
    `iam.organization/${params.organization}`,
  );
  if (!organization.success) {
    throw refusal('iam.organization.not_found', 'organization');
  }
  const unknown = Object.keys(query).find(
    name => !['format', 'activate', 'dryRun'].includes(name),
  );
  if (unknown !== undefined) {
    throw refusal('iam.input.unknown_field', unknown.slice(0, 100));
  }
  return {
    organization: organization.data as OrganizationId,
    importId: params.importId!,
    // Whatever is given: the import itself says what is wrong with it.
    format: query.format as ImportSettings['format'],
    activate: truthOf(query.activate),
    dryRun: truthOf(query.dryRun),
  };
}

function truthOf(given: unknown): boolean | undefined {
  return { true: true, false: false }[given as string] ?? (given as undefined);
}

/** Whatever type is said: the format is a setting. */
async function readFile(request: Request, response: Response): Promise<Buffer> {
  const parse = express.raw({ type: () => true, limit: MAX_BYTES });
  await new Promise<void>((resolve, reject) =>
    parse(request, response, error =>
      error ? reject(refused(error)) : resolve(),
    ),
  );
  const bytes: unknown = request.body;
  return Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0);
}

function refused(error: { type?: string }): unknown {
  switch (error.type) {
    case 'entity.too.large':
      return new ApiError(`A file may have up to ${MAX_BYTES} bytes`, {
        code: 'IAM_USER_IMPORT_TOO_LARGE',
        status: 'INVALID_ARGUMENT',
        httpStatus: 413,
      });
    case 'encoding.unsupported':
      return new ApiError('The file is compressed in an unknown way', {
        code: 'IAM_USER_IMPORT_ENCODING',
        status: 'INVALID_ARGUMENT',
        httpStatus: 415,
      });
    case 'request.aborted':
    case 'request.size.invalid':
      return new ApiError('The upload was broken off', {
        code: 'IAM_USER_IMPORT_BROKEN_OFF',
        status: 'INVALID_ARGUMENT',
      });
    default:
      return error;
  }
}

/** Tells of an import as it comes along, as fast as it is listened to. */
async function tell(
  response: Response,
  rows: AsyncGenerator<RowReport>,
  logger: LoggerService,
): Promise<void> {
  const count = { rows: 0, added: 0, valid: 0, failed: 0 };
  const line = async (value: object) => {
    if (!response.headersSent) {
      response.status(200).setHeader('Cache-Control', 'no-store');
      response.setHeader('Content-Type', 'application/x-ndjson');
      // Proxies are not to hold lines back.
      response.setHeader('X-Accel-Buffering', 'no');
    }
    if (!response.write(`${JSON.stringify(value)}\n`) && !response.destroyed) {
      await new Promise<void>(resolve => {
        const go = () => {
          response.off('drain', go).off('close', go);
          resolve();
        };
        response.once('drain', go).once('close', go);
      });
    }
  };
  try {
    for await (const row of rows) {
      count.rows += 1;
      count[row.outcome] += 1;
      if (row.outcome === 'failed') {
        const { outcome: _outcome, ...failure } = row;
        await line({ failure: { ...failure, message: explainRow(row) } });
      }
      if (count.rows % TELL_EVERY === 0) {
        await line(count);
      }
    }
    await line({ done: count });
  } catch (error) {
    if (!response.headersSent) {
      throw error;
    }
    if (response.destroyed) {
      return;
    }
    const told = toApiError(error);
    if (told.httpStatus >= 500) {
      logger.error('An import stopped', error as Error);
    }
    await line(toErrorBody(told));
  }
  response.end();
}
