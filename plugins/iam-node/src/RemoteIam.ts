import type {
  AuthService,
  DiscoveryService,
} from '@backstage/backend-plugin-api';
import { ResponseError } from '@backstage/errors';
import type {
  Allowance,
  IamGroup,
  IamReadOptions,
  IamService,
  IamUser,
} from './IamService';
import { QUESTIONS_PATH, toWire, type QuestionName } from './questions';

const IAM = 'iam';

/** Asks the backend in which IAM's plugin runs. */
export class RemoteIam implements IamService {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;

  constructor(deps: { auth: AuthService; discovery: DiscoveryService }) {
    this.#auth = deps.auth;
    this.#discovery = deps.discovery;
  }

  async may(
    ...[user, permission, scope, options]: Parameters<IamService['may']>
  ) {
    return this.#ask<boolean>('may', { user, permission, scope }, options);
  }

  async allowancesOf(
    ...[user, permission, options]: Parameters<IamService['allowancesOf']>
  ) {
    const question = { user, permission };
    return this.#ask<Allowance[]>('allowancesOf', question, options);
  }

  async userOf(...[user, options]: Parameters<IamService['userOf']>) {
    const found = await this.#ask<IamUser | null>('userOf', { user }, options);
    return found ?? undefined;
  }

  async groupsOf(...[user, options]: Parameters<IamService['groupsOf']>) {
    return this.#ask<IamGroup[]>('groupsOf', { user }, options);
  }

  async #ask<TAnswer>(
    name: QuestionName,
    question: object,
    options: IamReadOptions = {},
  ): Promise<TAnswer> {
    const baseUrl = await this.#discovery.getBaseUrl(IAM);
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: await this.#auth.getOwnServiceCredentials(),
      targetPluginId: IAM,
    });
    const response = await fetch(`${baseUrl}${QUESTIONS_PATH}/${name}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ ...question, options: toWire(options) }),
      signal: options.signal,
    });
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    const { answer } = await response.json();
    return answer;
  }
}
