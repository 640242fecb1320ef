import type { Page } from '@playwright/test';
import { expect, test } from '../test';

const field = (page: Page) =>
  page.getByRole('searchbox', { name: 'Search the portal' });

const suggestion = (page: Page, path: string) =>
  page.locator(`[role=option][href="${path}"]`);

test('the home page finds an entity while one types, and opens it', async ({
  page,
}) => {
  await page.goto('/');
  await field(page).pressSequentially('postgre');
  await suggestion(page, '/catalog/callboard/resource/postgresql').click();

  await expect(page).toHaveURL(/\/catalog\/callboard\/resource\/postgresql$/);
  await expect(
    page.getByRole('heading', { name: 'PostgreSQL', exact: true }),
  ).toBeVisible();
});

test('the arrow keys go through the suggestions and Enter opens one', async ({
  page,
}) => {
  const backend = '/catalog/callboard/component/backend';
  await page.goto('/');
  await field(page).focus();
  await page.keyboard.type('backend');
  await expect(suggestion(page, backend)).toBeVisible();

  const paths = await page
    .getByRole('option')
    .evaluateAll(options => options.map(option => option.getAttribute('href')));
  for (let step = 0; step < paths.indexOf(backend); step += 1) {
    await page.keyboard.press('ArrowDown');
  }
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`${backend}$`));
});

test('Enter leads to all results', async ({ page }) => {
  await page.goto('/');
  await field(page).focus();
  await page.keyboard.type('optional cache');
  await expect(
    suggestion(page, '/catalog/callboard/resource/redis'),
  ).toBeVisible();
  await page.keyboard.press('Enter');

  await expect(page).toHaveURL(/\/search\?query=optional(\+|%20)cache/);
  await expect(
    page.getByRole('link', { name: 'Redis', exact: true }),
  ).toBeVisible();
});

test('words that nothing contains still lead to the search page', async ({
  page,
}) => {
  await page.goto('/');
  await field(page).pressSequentially('zyzzyva');
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.getByRole('option', { name: /^All results for/ }).click();
  await expect(page).toHaveURL(/\/search\?query=zyzzyva/);
});
