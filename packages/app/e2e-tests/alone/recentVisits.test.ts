import { expect, test } from '../test';

// The visits are kept with the guest's settings, which all sessions share.
test('the home page lists what was opened, newest first, also elsewhere', async ({
  page,
  browser,
}) => {
  await page.goto('/catalog/callboard/system/portal');
  await expect(
    page.getByRole('heading', { name: 'Portal', exact: true }),
  ).toBeVisible();
  await page
    .getByRole('link', { name: 'Catalog', exact: true })
    .first()
    .click();
  await page.goto('/catalog/callboard/resource/redis');
  await expect(
    page.getByRole('heading', { name: 'Redis', exact: true }),
  ).toBeVisible();

  await page.getByRole('link', { name: 'Home', exact: true }).click();
  const visits = page.getByRole('region', { name: 'Recently visited' });
  await expect(visits.getByRole('listitem').first()).toContainText('Redis');
  await expect(visits.getByRole('listitem').first()).toContainText('just now');
  await expect(visits).toContainText('Portal');

  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto(new URL('/', page.url()).href);
  await other
    .getByRole('region', { name: 'Recently visited' })
    .getByRole('link', { name: 'Redis', exact: true })
    .click();
  await expect(other).toHaveURL(/\/catalog\/callboard\/resource\/redis$/);
  await elsewhere.close();
});
