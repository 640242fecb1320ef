import type { FetchApi } from '@backstage/frontend-plugin-api';
import type { IamApi, IamClients } from './iamApiRef';

/**
 * Loads the definition of the API, with what reads it, when it is first needed:
 * it is no part of what a browser loads to show the first page.
 */
export class LazyIamApi implements IamApi {
  readonly #fetchApi: FetchApi;
  #clients?: Promise<IamClients>;

  constructor(fetchApi: FetchApi) {
    this.#fetchApi = fetchApi;
  }

  clients(): Promise<IamClients> {
    this.#clients ??= import('./createIamClients')
      .then(m => m.createIamClients(this.#fetchApi))
      .catch(error => {
        // Another try may load what this one could not.
        this.#clients = undefined;
        throw error;
      });
    return this.#clients;
  }
}
