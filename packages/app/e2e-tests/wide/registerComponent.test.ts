import { expect, test } from '../test';

test('the form to register a component checks what it is given', async ({
  page,
  problems,
}) => {
  // The form library tells the console about every field that is refused.
  problems.expect(/^console: Form validation failed/);
  await page.goto('/create');
  await page.getByRole('button', { name: /choose/i }).click();
  await expect(page).toHaveURL(
    /\/create\/templates\/callboard\/register-component$/,
  );
  const repository = page.getByRole('textbox', { name: 'Repository' });
  const branch = page.getByRole('textbox', { name: 'Branch' });
  const file = page.getByRole('textbox', { name: 'File' });
  const review = page.getByRole('button', { name: 'Review' });
  await expect(branch).toHaveValue('main');
  await expect(file).toHaveValue('catalog-info.yaml');

  await repository.fill('payments');
  await review.click();
  await expect(
    page.getByText("Give the address of the repository's page").first(),
  ).toBeVisible();

  await repository.fill('https://github.com/acme/payments');
  await branch.fill('feature/x');
  await file.fill('../secrets.yaml');
  await review.click();
  await expect(
    page.getByText('Give a branch without a slash').first(),
  ).toBeVisible();
  await expect(
    page.getByText('Give the path of a .yaml file').first(),
  ).toBeVisible();

  await branch.fill('trunk');
  await file.fill('docs/catalog-info.yaml');
  await review.click();
  await expect(page.getByRole('button', { name: 'Create' })).toBeVisible();
  for (const value of [
    'https://github.com/acme/payments',
    'trunk',
    'docs/catalog-info.yaml',
  ]) {
    await expect(page.getByText(value, { exact: true })).toBeVisible();
  }
});
