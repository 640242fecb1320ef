/** Answers other backends of the same portal; see `iamServiceRef`. */
import type { HttpAuthService } from '@backstage/backend-plugin-api';
import { InputError, NotAllowedError } from '@backstage/errors';
import {
  QUESTIONS_PATH,
  questionSchemas,
  type IamService,
} from '@callboard/plugin-iam-node';
import express, { type Request, type Router } from 'express';
import createPromiseRouter from 'express-promise-router';
import type { z } from 'zod';
import { parseSubject } from '../bearer/parseSubject';

export function createQuestionsRouter(
  iam: IamService,
  httpAuth: HttpAuthService,
): Router {
  const router = createPromiseRouter();
  router.use(QUESTIONS_PATH, express.json({ limit: '10kb' }));

  function answer<TSchema extends z.ZodType>(
    name: string,
    schema: TSchema,
    ask: (question: z.output<TSchema>) => Promise<unknown>,
  ) {
    router.post(`${QUESTIONS_PATH}/${name}`, async (request, response) => {
      const { principal } = await httpAuth.credentials(request, {
        allow: ['service'],
      });
      // A machine of IAM is a service to Backstage, and no other backend.
      if (parseSubject(principal.subject)) {
        throw new NotAllowedError('Only backends of the portal may ask this');
      }
      const question = read(schema, request);
      response.json({ answer: (await ask(question)) ?? null });
    });
  }

  answer('may', questionSchemas.may, ({ user, permission, scope, options }) =>
    iam.may(user, permission, scope, options),
  );
  answer(
    'allowancesOf',
    questionSchemas.allowancesOf,
    ({ user, permission, options }) =>
      iam.allowancesOf(user, permission, options),
  );
  answer('userOf', questionSchemas.userOf, ({ user, options }) =>
    iam.userOf(user, options),
  );
  answer('groupsOf', questionSchemas.groupsOf, ({ user, options }) =>
    iam.groupsOf(user, options),
  );
  return router;
}

function read<TSchema extends z.ZodType>(
  schema: TSchema,
  { body }: Request,
): z.output<TSchema> {
  const parsed = schema.safeParse(body);
  if (!parsed.success) {
    throw new InputError('Not a question IAM knows', parsed.error);
  }
  return parsed.data;
}
