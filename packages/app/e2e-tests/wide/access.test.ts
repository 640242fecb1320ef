import type { Page } from '@playwright/test';
import { expect, test } from '../test';

// Names that no other run has used: what was created stays in the log.
const run = Date.now().toString(36);
const organization = `Journey ${run}`;

const dialog = (page: Page) => page.getByRole('dialog');
const button = (page: Page, name: string) =>
  page.getByRole('button', { name, exact: true });

async function fill(page: Page, fields: Record<string, string>) {
  for (const [label, text] of Object.entries(fields)) {
    await dialog(page)
      .getByRole('textbox', { name: new RegExp(`^${label}`) })
      .fill(text);
  }
}

async function choose(page: Page, label: string, text: string) {
  await dialog(page)
    .getByRole('combobox', { name: new RegExp(`^${label}`) })
    .fill(text);
  await page.getByRole('option', { name: new RegExp(`^${text}`) }).click();
}

test('an organization is created, people come, one is locked, and the past stays', async ({
  page,
}) => {
  // A long way: some forty requests, one after another.
  test.slow();
  await page.goto('/access/organizations');
  await button(page, 'Create organization').click();
  await fill(page, { Name: organization });
  await expect(
    dialog(page).getByRole('textbox', { name: /^Short name/ }),
  ).toHaveValue(`journey-${run}`);
  await button(page, 'Create').click();
  await expect(page.getByRole('heading', { name: organization })).toBeVisible();

  await page
    .getByRole('region', { name: 'In this organization' })
    .getByRole('link', { name: 'People' })
    .click();
  await expect(page.getByText('Nobody fits')).toBeVisible();
  for (const name of ['Grace', 'Katherine']) {
    await page.getByRole('button', { name: 'Invite a person' }).click();
    await expect(
      dialog(page).getByRole('combobox', { name: /^Organization/ }),
    ).toHaveValue(organization);
    await fill(page, {
      'E-mail address': `${name}.${run}@example.com`,
      'Given name': name,
      'Family name': 'Journey',
    });
    await button(page, 'Invite').click();
    // The code is shown this one time.
    await expect(
      dialog(page).getByRole('textbox', { name: 'invitation code' }),
    ).toHaveValue(/\S{16,}/);
    await button(page, 'I have copied it').click();
    await expect(
      page.getByRole('heading', { name: `${name} Journey` }),
    ).toBeVisible();
    await expect(page.getByText('Invited', { exact: true })).toBeVisible();
    await page.goBack();
  }
  await expect(page.getByText('1–2 of 2')).toBeVisible();

  await page.getByRole('link', { name: 'Grace Journey' }).click();
  const grace = page.url();
  await button(page, 'Confirm e-mail').click();
  await button(page, 'I answer for it').click();
  await page.getByRole('link', { name: 'Tokens and keys' }).click();
  await button(page, 'Activate without an invitation').click();
  await button(page, 'Activate').click();
  await expect(page.getByText('Active', { exact: true })).toBeVisible();

  await page.getByRole('link', { name: 'Profile', exact: true }).click();
  await button(page, 'Lock').click();
  await dialog(page).getByRole('button', { name: 'Lock' }).click();
  await expect(page.getByText('Locked', { exact: true })).toBeVisible();

  await page.getByRole('link', { name: 'History' }).click();
  const history = page.getByRole('list', { name: 'History' });
  await expect(history.getByText('iam.user.locked')).toBeVisible();
  const [locked, activated] = await history
    .getByText(/^iam\.user\.\w+ at position/)
    .allInnerTexts();
  expect(locked).toContain('iam.user.locked');
  const position = /position (\d+)/.exec(activated ?? '')?.[1];

  await page.goto(`${grace.replace(/\/profile.*/, '')}?asOf=${position}`);
  await expect(
    page.getByText(`You are looking at the past: after event ${position}`),
  ).toBeVisible();
  await expect(page.getByText('Active', { exact: true })).toBeVisible();
  await expect(page.getByText('Danger zone')).toBeHidden();
  await button(page, 'Back to now').click();
  await expect(page.getByText('Locked', { exact: true })).toBeVisible();

  await button(page, 'Remove').click();
  const remove = dialog(page).getByRole('button', { name: 'Remove for good' });
  await expect(remove).toBeDisabled();
  await dialog(page).getByRole('textbox').fill(`Grace.${run}@example.com`);
  await remove.click();
  await expect(
    page.getByRole('searchbox', { name: 'Search people and machines' }),
  ).toBeVisible();
  await page
    .getByRole('searchbox', { name: 'Search people and machines' })
    .fill(run);
  await expect(page.getByText('1–1 of 1')).toBeVisible();
  await expect(
    page.getByRole('link', { name: 'Katherine Journey' }),
  ).toBeVisible();
  await expect(page.getByRole('link', { name: 'Grace Journey' })).toBeHidden();
});

test('groups are nested, and never in themselves', async ({
  page,
  problems,
}) => {
  test.slow();
  problems.expect(/(AddSubgroup|status of 4\d\d)/);
  const name = `Circle ${run}`;
  await page.goto('/access/organizations');
  await button(page, 'Create organization').click();
  await fill(page, { Name: name });
  await button(page, 'Create').click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
  await page
    .getByRole('region', { name: 'In this organization' })
    .getByRole('link', { name: 'Groups' })
    .click();
  await expect(
    page.getByRole('searchbox', { name: 'Search groups' }),
  ).toBeVisible();
  const groups = page.url();
  for (const group of [`Outer ${name}`, `Inner ${name}`]) {
    await page.goto(groups);
    await button(page, 'Create group').click();
    await expect(
      dialog(page).getByRole('combobox', { name: /^Organization/ }),
    ).toHaveValue(name);
    await fill(page, { Name: group });
    await button(page, 'Create').click();
    await expect(page.getByRole('heading', { name: group })).toBeVisible();
  }
  await page.goto(groups);
  await page.getByRole('link', { name: `Outer ${name}` }).click();
  await button(page, 'Add a subgroup').click();
  await choose(page, 'Group', `Inner ${name}`);
  await button(page, 'Add').click();
  await page.getByRole('link', { name: `Inner ${name}` }).click();
  await button(page, 'Add a subgroup').click();
  await choose(page, 'Group', `Outer ${name}`);
  await button(page, 'Add').click();
  await expect(dialog(page).getByRole('alert')).toContainText(
    'would contain itself',
  );
});
