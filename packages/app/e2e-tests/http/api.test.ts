import { expect, test } from '@playwright/test';

for (const probe of ['liveness', 'readiness']) {
  test(`the ${probe} probe answers`, async ({ request }) => {
    const response = await request.get(`/.backstage/health/v1/${probe}`);
    expect(response.status()).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });
}

for (const path of [
  '/api/catalog/entities',
  '/api/search/query?term=backend',
  '/api/notifications/status',
  '/api/scaffolder/v2/actions',
  '/api/user-settings/buckets/any/keys/any',
]) {
  test(`${path} is closed to whoever shows no credentials`, async ({
    request,
  }) => {
    const response = await request.get(path);
    expect(response.status()).toBe(401);
    expect((await response.json()).error.name).toBe('AuthenticationError');
  });

  test(`${path} is closed to whoever shows false ones`, async ({ request }) => {
    const response = await request.get(path, {
      headers: { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
    });
    expect(response.status()).toBe(401);
  });
}

test('an API that does not exist is not found', async ({ request }) => {
  const response = await request.get('/api/no-such-plugin/anything');
  expect(response.status()).toBe(404);
});
