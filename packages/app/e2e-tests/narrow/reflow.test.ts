import { expect, test } from '../test';

// WCAG 2.2, 1.4.10: 320 px is a window of 1280 px at 400 % zoom.
for (const { name, path, heading } of [
  { name: 'home', path: '/', heading: 'What are you looking for?' },
  {
    name: 'unknown path',
    path: '/no-such-page',
    heading: 'There is no page at this address',
  },
]) {
  test(`${name} does not scroll sideways at 320 px`, async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 640 });
    await page.goto(path);
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
    await page.waitForLoadState('networkidle');
    const widest = await page.evaluate(() =>
      Math.max(
        ...[...document.querySelectorAll('body *')]
          .filter(element =>
            element.checkVisibility({ visibilityProperty: true }),
          )
          .map(element => element.getBoundingClientRect().right),
      ),
    );
    expect(widest).toBeLessThanOrEqual(320);
  });
}

test('the suggestions of the search fit beside the edges', async ({
  page,
  viewport,
}) => {
  await page.goto('/');
  await page
    .getByRole('searchbox', { name: 'Search the portal' })
    .pressSequentially('backend');
  await expect(
    page.locator('[role=option][href="/catalog/callboard/component/backend"]'),
  ).toBeVisible();
  const box = await page.getByRole('listbox').boundingBox();
  expect(box!.x).toBeGreaterThanOrEqual(0);
  expect(box!.x + box!.width).toBeLessThanOrEqual(viewport!.width);
});
