import { type APIRequestContext, expect } from '@playwright/test';

/** Headers of a request as the guest, for asking the portal's APIs directly. */
export async function guestHeaders(
  request: APIRequestContext,
): Promise<{ authorization: string }> {
  const response = await request.post('/api/auth/guest/refresh');
  await expect(response, 'sign in as the guest').toBeOK();
  const { backstageIdentity } = await response.json();
  return { authorization: `Bearer ${backstageIdentity.token}` };
}

/** References of the entities that the search index finds for a term. */
export async function indexedEntities(
  request: APIRequestContext,
  headers: { authorization: string },
  term: string,
): Promise<string[]> {
  const response = await request.get('/api/search/query', {
    headers,
    params: { term, pageLimit: 100 },
  });
  await expect(response, `search for ${term}`).toBeOK();
  const { results } = await response.json();
  return results.map(
    ({ document }: { document: { location: string } }) => document.location,
  );
}

/** The kinds of entity that the catalog holds. */
export async function kindsInCatalog(
  request: APIRequestContext,
  headers: { authorization: string },
): Promise<string[]> {
  const response = await request.get('/api/catalog/entity-facets', {
    headers,
    params: { facet: 'kind' },
  });
  await expect(response, 'kinds in the catalog').toBeOK();
  const { facets } = await response.json();
  return facets.kind.map(({ value }: { value: string }) => value);
}
