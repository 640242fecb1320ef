import { expect, test } from '@playwright/test';
import { guestHeaders, indexedEntities } from '../portalApi';

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
          data: {
            entityRefs: [
              'component:callboard/backend',
              'domain:callboard/callboard',
              'group:callboard/platform',
              'user:default/guest',
            ],
          },
        });
        const { items } = await response.json();
        return items.every((entity?: { relations?: unknown[] }) =>
          Boolean(entity?.relations?.length),
        );
      },
      { ...inTime, message: 'the entities are in the catalog, with relations' },
    )
    .toBe(true);

  await expect
    .poll(() => indexedEntities(request, headers, 'backend'), {
      ...inTime,
      message: 'the search index holds the catalog',
    })
    .toContain('/catalog/callboard/component/backend');
});
