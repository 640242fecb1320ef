import type { Page } from '@playwright/test';
import { expect, test } from '../test';

const rows = (page: Page) =>
  page
    .getByRole('table')
    .getByRole('row')
    .filter({ has: page.locator('td a') });

test('the catalog is filtered by kind', async ({ page }) => {
  await page.goto('/catalog?filters[user]=all');
  await expect(
    rows(page).getByRole('link', { name: 'Backend', exact: true }),
  ).toBeVisible();

  await page.getByRole('button', { name: 'Component', exact: true }).click();
  await page.getByRole('option', { name: 'System', exact: true }).click();

  await expect(page.getByText(/^All Systems \(\d+\)$/).first()).toBeVisible();
  await expect(
    rows(page).getByRole('link', { name: 'Event store', exact: true }),
  ).toHaveCount(1);
  await expect(
    rows(page).getByRole('link', { name: 'Backend', exact: true }),
  ).toHaveCount(0);
  await expect(page).toHaveURL(/filters%5Bkind%5D=system/);
});

test('a tile of the home page leads to the catalog of that kind', async ({
  page,
}) => {
  await page.goto('/');
  const tile = page
    .getByRole('region', { name: 'In the catalog' })
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: 'Resource' }) });
  const count = (await tile.innerText()).match(/\d+/)?.[0];
  expect(Number(count)).toBeGreaterThan(0);

  // The whole tile is the link, not its word only.
  await tile.click({ position: { x: 8, y: 8 } });
  await expect(page).toHaveURL(/filters%5Bkind%5D=resource/);
  await expect(
    page.getByText(`All Resources (${count})`).first(),
  ).toBeVisible();
  await expect(rows(page)).toHaveCount(Number(count));
});

test('what the viewer owns is on the home page and leads to the entity', async ({
  page,
}) => {
  await page.goto('/');
  const owned = page.getByRole('region', {
    name: 'Owned by you and your teams',
  });
  await owned.getByRole('link', { name: 'Backend', exact: true }).click();
  await expect(page).toHaveURL(/\/catalog\/callboard\/component\/backend$/);
});

test('a link into the portal opens there, and again after a reload', async ({
  page,
}) => {
  const definition = '/catalog/callboard/api/catalog-api/definition';
  await page.goto(definition);
  const operation = page.getByText('/entity-facets').first();
  await expect(operation).toBeVisible();

  await page.reload();
  await expect(operation).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`${definition}$`));
});

test('back and forward keep to the pages that were open', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('link', { name: 'APIs', exact: true }).click();
  await expect(
    rows(page).getByRole('link', { name: 'Catalog API', exact: true }),
  ).toBeVisible();
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await expect(
    page.getByRole('heading', { name: 'What are you looking for?' }),
  ).toBeVisible();

  await page.goBack();
  await expect(
    rows(page).getByRole('link', { name: 'Catalog API', exact: true }),
  ).toBeVisible();
  await page.goForward();
  await expect(page).toHaveURL(/\/$/);
});

test('the page for an address that does not exist leads home', async ({
  page,
}) => {
  await page.goto('/no/such/page');
  await expect(
    page.getByRole('heading', { name: 'There is no page at this address' }),
  ).toBeVisible();
  await expect(page.getByText('/no/such/page')).toBeVisible();
  await page.getByRole('link', { name: 'Home page' }).click();
  await expect(
    page.getByRole('heading', { name: 'What are you looking for?' }),
  ).toBeVisible();
});
