import { type APIRequestContext, expect, test } from '@playwright/test';

/** The first script that the page loads and that is worth compressing. */
async function script(request: APIRequestContext): Promise<string> {
  const html = await (await request.get('/')).text();
  const path = html.match(/src="(\/static\/module-react-dom[^"]*\.js)"/)?.[1];
  expect(path, 'a script in the page').toBeDefined();
  return path!;
}

function get(request: APIRequestContext, path: string, accepted: string) {
  return request.get(path, { headers: { 'accept-encoding': accepted } });
}

test('a script comes compressed with brotli, to be kept for good', async ({
  request,
}) => {
  const response = await get(request, await script(request), 'gzip, br');
  expect(response.status()).toBe(200);
  expect(response.headers()).toMatchObject({
    'content-encoding': 'br',
    'content-type': expect.stringMatching(/javascript/),
    'cache-control': expect.stringMatching(/max-age=31536000.*immutable/),
    vary: expect.stringMatching(/accept-encoding/i),
    'x-content-type-options': 'nosniff',
  });
});

for (const accepted of ['gzip', 'identity']) {
  test(`a client that accepts ${accepted} gets the same script`, async ({
    request,
  }) => {
    const path = await script(request);
    const response = await get(request, path, accepted);
    expect(response.headers()['content-encoding'] ?? 'identity').toMatch(
      accepted === 'gzip' ? /^(gzip|identity)$/ : /^identity$/,
    );
    expect(response.headers()['cache-control']).toContain('immutable');
    const compressed = await get(request, path, 'br');
    expect(await response.text()).toBe(await compressed.text());
  });
}

test('an asset that does not exist is not found', async ({ request }) => {
  const response = await request.get('/static/no-such-file.js');
  expect(response.status()).toBe(404);
});

test('nothing outside the assets can be reached through them', async ({
  request,
}) => {
  for (const path of [
    '/static/..%2findex.html',
    '/static/%2e%2e%2f%2e%2e%2fpackage.json',
    '/static/..%5c..%5cpackage.json',
  ]) {
    const response = await request.get(path);
    expect([400, 403, 404], path).toContain(response.status());
  }
});
