import { expect, test } from '../test';

test('the chosen theme is used at once and kept over a reload', async ({
  page,
}) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/settings');
  const body = page.locator('body');
  await expect(body).toHaveAttribute('data-theme-mode', 'light');

  await page.getByRole('button', { name: /dark/i }).click();
  await expect(body).toHaveAttribute('data-theme-mode', 'dark');
  await expect(body).toHaveCSS('background-color', 'rgb(20, 22, 37)');

  await page.reload();
  await expect(page.getByRole('link', { name: 'Catalog' })).toBeVisible();
  await expect(body).toHaveAttribute('data-theme-mode', 'dark');
  await expect(body).toHaveCSS('background-color', 'rgb(20, 22, 37)');
});

test('without a choice the theme is that of the system', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto('/');
  const body = page.locator('body');
  await expect(body).toHaveAttribute('data-theme-mode', 'dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(body).toHaveAttribute('data-theme-mode', 'light');
});

test('the settings offer nothing that the portal does not have', async ({
  page,
}) => {
  await page.goto('/settings');
  await expect(page.getByText('Appearance')).toBeVisible();
  await expect(page.getByText('Pin Sidebar')).toHaveCount(0);
});
