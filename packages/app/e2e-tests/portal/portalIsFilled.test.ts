import { expect, test } from '@playwright/test';
import { guestHeaders, indexedEntities } from '../portalApi';

// What the tests look for; each has relations, which come last.
const entities = [
  'component:callboard/backend',
  'api:callboard/catalog-api',
  'system:callboard/portal',
  'domain:callboard/callboard',
  'resource:callboard/postgresql',
  'resource:callboard/redis',
  'group:callboard/platform',
  'user:default/guest',
  'template:callboard/register-component',
].map(ref => {
  const [kind, namespace, name] = ref.split(/[:/]/);
  return {
    ref,
    words: name!.replace('-', ' '),
    path: `/catalog/${namespace}/${kind}/${name}`,
  };
});

// A portal that has only just been started reads its catalog, connects the
// entities and indexes them in the background. The other tests begin when what
// they look for is there.
const inTime = { timeout: 180_000, intervals: [500] };

test('the portal is up and its catalog is read and indexed', async ({
  request,
}) => {
  test.setTimeout(4 * inTime.timeout);

  await expect
    .poll(
      () =>
        request.get('/.backstage/health/v1/readiness').then(
          response => response.status(),
          error => String(error),
        ),
      { ...inTime, message: 'the portal is ready' },
    )
    .toBe(200);
  const headers = await guestHeaders(request);

  await expect
    .poll(
      async () => {
        const response = await request.post('/api/catalog/entities/by-refs', {
          headers,
          data: { entityRefs: entities.map(({ ref }) => ref) },
        });
        const { items } = await response.json();
        return entities
          .filter((_, index) => !items[index]?.relations?.length)
          .map(({ ref }) => ref);
      },
      { ...inTime, message: 'entities that lack, or lack their relations' },
    )
    .toEqual([]);

  for (const { words, path } of entities) {
    await expect
      .poll(() => indexedEntities(request, headers, words), {
        ...inTime,
        message: `what the search index holds for ${words}`,
      })
      .toContain(path);
  }
});
