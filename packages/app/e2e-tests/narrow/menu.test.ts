import type { Page } from '@playwright/test';
import { expect, test } from '../test';

const inMenu = (page: Page, name: string) =>
  page.locator('#navigation-panel a').filter({ hasText: name });

test.beforeEach(async ({ page }) => {
  await page.goto('/');
  await expect(
    page.getByRole('heading', { name: 'What are you looking for?' }),
  ).toBeVisible();
});

test('the menu opens by keyboard, takes the focus, and Escape gives it back', async ({
  page,
}) => {
  const open = page.getByRole('button', { name: 'Open menu' });
  const home = inMenu(page, 'Home');
  await expect(home).toBeHidden();

  await page.keyboard.press('Tab'); // the skip link
  await page.keyboard.press('Tab');
  await expect(open).toBeFocused();
  await expect(open).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('Enter');

  await expect(home).toBeFocused();
  const close = page.getByRole('button', { name: 'Close menu' });
  await expect(close).toHaveAttribute('aria-expanded', 'true');

  await page.keyboard.press('Escape');
  await expect(home).toBeHidden();
  await expect(open).toBeFocused();
});

test('while the menu is open the page behind it cannot be reached', async ({
  page,
}) => {
  await page.getByRole('button', { name: 'Open menu' }).click();
  await expect(inMenu(page, 'Home')).toBeFocused();
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    expect(
      await page
        .locator('#content')
        .evaluate(content => content.contains(document.activeElement)),
    ).toBe(false);
  }
});

test('a link in the menu closes it and moves the focus to its page', async ({
  page,
}) => {
  await page.getByRole('button', { name: 'Open menu' }).click();
  await inMenu(page, 'Catalog').press('Enter');

  await expect(page).toHaveURL(/\/catalog/);
  await expect(inMenu(page, 'Home')).toBeHidden();
  await expect(page.locator('#content')).toBeFocused();
});

test('the link to the page that is open closes the menu, too', async ({
  page,
}) => {
  await page.getByRole('button', { name: 'Open menu' }).click();
  await inMenu(page, 'Home').click();
  await expect(inMenu(page, 'Home')).toBeHidden();
});

test('a click beside the menu closes it', async ({ page, viewport }) => {
  await page.getByRole('button', { name: 'Open menu' }).click();
  const home = inMenu(page, 'Home');
  await expect(home).toBeVisible();
  await page.mouse.click(viewport!.width - 10, viewport!.height / 2);
  await expect(home).toBeHidden();
  await expect(page.getByRole('button', { name: 'Open menu' })).toBeFocused();
});
