import type { Page } from '@playwright/test';
import { expect, test } from '../test';

/** Presses Tab until the element has the focus; fails when it never does. */
async function tabTo(page: Page, name: string) {
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === name) {
      return;
    }
  }
  throw new Error(`Tab never reaches ${name}`);
}

function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(
    () =>
      document.activeElement?.getAttribute('aria-label') ??
      document.activeElement?.textContent?.trim(),
  );
}

test('the first Tab offers to skip the navigation', async ({ page }) => {
  await page.goto('/');
  const search = page.getByRole('searchbox', { name: 'Search the portal' });
  await expect(search).toBeVisible();

  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();

  await page.keyboard.press('Enter');
  await expect(page.locator('#content')).toBeFocused();
  await page.keyboard.press('Tab');
  await expect(search).toBeFocused();
});

test('every page of the navigation is reached by Tab and opened by Enter', async ({
  page,
}) => {
  await page.goto('/');
  const navigation = page.getByRole('navigation', { name: 'Main' });
  await expect(navigation.getByRole('link').first()).toBeVisible();

  for (const [name, path] of [
    ['Catalog', '/catalog'],
    ['APIs', '/api-docs'],
    ['Create', '/create'],
    ['Search', '/search'],
    ['Notifications', '/notifications'],
    ['Settings', '/settings'],
  ] as const) {
    await page.locator('body').evaluate(() => {
      (document.activeElement as HTMLElement | null)?.blur();
    });
    await tabTo(page, name);
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(new RegExp(`${path}([/?].*)?$`));
    await expect(navigation.getByRole('link', { name })).toHaveAttribute(
      'aria-current',
      'page',
    );
  }
});

test('what has the focus can be seen to have it', async ({ page }) => {
  await page.goto('/');
  const link = page
    .getByRole('navigation', { name: 'Main' })
    .getByRole('link', { name: 'Catalog' });
  await expect(link).toBeVisible();
  await tabTo(page, 'Catalog');
  await expect(link).toHaveCSS('outline-style', 'solid');
  await expect(link).toHaveCSS('outline-width', '2px');
});
