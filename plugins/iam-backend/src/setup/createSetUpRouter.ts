/**
 * What the page behind the set-up link calls. Nobody can have signed in yet; the
 * token of the link is what admits.
 */
import express, { type Router } from 'express';
import createPromiseRouter from 'express-promise-router';
import type { Completion, SetUp } from './SetUp';

/** Below the address of IAM's plugin. */
export const SET_UP_PATH = '/set-up/v1';

export function createSetUpRouter(setUp: SetUp): Router {
  const router = createPromiseRouter();
  router.post(
    SET_UP_PATH,
    express.json({ limit: '10kb' }),
    async (request, response) => {
      const made = await setUp.complete(request.body as Completion, {
        ip: request.ip,
        userAgent: request.get('user-agent'),
      });
      response.status(201).json(made);
    },
  );
  return router;
}
