import { expect, test } from '@playwright/test';

/** The sources that a directive of a Content-Security-Policy allows. */
function sources(policy: string, directive: string): string[] {
  const found = policy
    .split(';')
    .map(part => part.trim().split(/\s+/))
    .find(([name]) => name === directive);
  return found?.slice(1) ?? [];
}

test('the page forbids inline scripts and being framed', async ({
  request,
}) => {
  const response = await request.get('/');
  const policy = response.headers()['content-security-policy'] ?? '';

  const scripts = sources(policy, 'script-src');
  expect(scripts).toContain("'self'");
  expect(scripts).not.toContain("'unsafe-inline'");
  expect(scripts.filter(source => /^(\*|https?:|data:)/.test(source))).toEqual(
    [],
  );
  expect(sources(policy, 'script-src-attr')).toEqual(["'none'"]);
  expect(sources(policy, 'object-src')).toEqual(["'none'"]);
  expect(sources(policy, 'base-uri')).toEqual(["'self'"]);
  expect(sources(policy, 'frame-ancestors')).toEqual(["'none'"]);
});

test('the browser keeps to it', async ({ page }) => {
  await page.goto('/');
  const violated = await page.evaluate(
    () =>
      new Promise<string>(resolve => {
        document.addEventListener('securitypolicyviolation', event =>
          resolve(event.effectiveDirective),
        );
        const script = document.createElement('script');
        script.textContent = 'window.injected = true';
        document.body.append(script);
      }),
  );
  expect(violated).toBe('script-src-elem');
  expect(await page.evaluate(() => 'injected' in window)).toBe(false);
});

test('the page itself is asked for anew each time', async ({ request }) => {
  const response = await request.get('/');
  expect(response.headers()['cache-control']).toMatch(/no-store|no-cache/);
});

test('every address that is not an API answers with the app', async ({
  request,
}) => {
  const response = await request.get('/catalog/callboard/component/backend');
  expect(response.status()).toBe(200);
  expect(response.headers()['content-type']).toContain('text/html');
  expect(await response.text()).toContain('<div id="root">');
});
