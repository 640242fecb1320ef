import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '../test';

// The portal under test lets guests in. Backstage reads what `__APP_CONFIG__`
// holds after the configuration that comes with the page, which is how this
// test makes the app believe that it is one that doesn't.
test.beforeEach(async ({ page }) => {
  await page.addInitScript(() => {
    Object.assign(window, { __APP_CONFIG__: { app: { guestAccess: false } } });
  });
});

for (const scheme of ['light', 'dark'] as const) {
  for (const width of [1440, 390]) {
    test(`where guests are not let in, the page says so (${scheme}, ${width} px)`, async ({
      page,
    }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 800 });
      await page.goto('/');
      await expect(
        page.getByRole('heading', { name: 'Nobody can sign in here yet' }),
      ).toBeVisible();
      await expect(page.getByRole('navigation')).toHaveCount(0);
      await expect(page.locator('body')).toHaveAttribute(
        'data-theme-mode',
        scheme,
      );

      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
        .analyze();
      expect(violations).toEqual([]);
      expect(
        await page.evaluate(() => document.documentElement.scrollWidth),
      ).toBeLessThanOrEqual(width);
    });
  }
}
