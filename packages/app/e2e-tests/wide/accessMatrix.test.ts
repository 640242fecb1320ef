import { AxeBuilder } from '@axe-core/playwright';
import type { APIRequestContext, Page } from '@playwright/test';
import { guestHeaders } from '../portalApi';
import { expect, test } from '../test';

// Names that no other run has used: what was created stays in the log.
const run = Date.now().toString(36);

/** What the journey starts from, made by the API as the guest. */
async function makePeople(request: APIRequestContext) {
  const headers = await guestHeaders(request);
  const post = async (path: string, data: object) => {
    const response = await request.post(`/api/iam/${path}`, { headers, data });
    await expect(response, path).toBeOK();
    return response.json();
  };
  const organization = await post('admin/v1/organizations', {
    name: `Matrix ${run}`,
    slug: `matrix-${run}`,
  });
  const person = async (name: string) => {
    const { id } = await post(`management/v1/${organization.id}/humans`, {
      username: `${name}-${run}`,
      givenName: name,
      familyName: 'Matrix',
      displayName: `${name} Matrix`,
      email: `${name}.${run}@example.com`,
    });
    await post(`management/v1/${id}:confirmEmail`, {});
    await post(`management/v1/${id}:activate`, {});
    return id as string;
  };
  const group = await post(`management/v1/${organization.id}/groups`, {
    name: `Crew ${run}`,
    slug: `crew-${run}`,
  });
  const project = await post(`management/v1/${organization.id}/projects`, {
    name: `Stage ${run}`,
    slug: `stage-${run}`,
  });
  const people = { ann: await person('Ann'), bob: await person('Bob') };
  await post(`management/v1/${group.id}/members`, { user: people.bob });
  return { post, project: project.id as string, group, ...people };
}

async function expectNoFaults(page: Page, where: string) {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .include('main')
    .analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.target}`),
    where,
  ).toEqual([]);
}

test('roles are defined, given in the matrix by keys alone, explained, and taken away', async ({
  page,
  request,
}) => {
  // A long way: some two hundred requests, many after another.
  test.slow();
  const made = await makePeople(request);
  const address = `/access/projects/${made.project.split('/')[1]}`;
  const dialog = page.getByRole('dialog');
  const button = (name: string) =>
    page.getByRole('button', { name, exact: true });

  await page.goto(`${address}/roles`);
  for (const [key, name, pattern] of [
    ['reader', 'Reader', '*.read'],
    ['writer', 'Writer', 'catalog.*'],
  ] as const) {
    await button('Define a role').click();
    await dialog.getByRole('textbox', { name: /^Key/ }).fill(key);
    await dialog.getByRole('textbox', { name: /^Name/ }).fill(name);
    await dialog.getByLabel('Permission or pattern').fill(pattern);
    await expect(dialog.getByText(/^Covers \d+ permissions/)).toBeVisible();
    await button('Define').click();
    await expect(page.getByRole('heading', { name })).toBeVisible();
  }

  await page.goto(`${address}/matrix`);
  const grid = page.getByRole('grid');
  const cell = (who: string, role: number) =>
    grid
      .getByRole('row')
      .filter({ has: page.getByRole('rowheader', { name: who }) })
      .getByRole('gridcell')
      .nth(role);
  await expect(cell('Ann Matrix', 0)).toHaveText('Has it not.');
  await expectNoFaults(page, 'matrix');

  // From the group's row down to Ann's, both roles: four cells at once.
  await cell(`Crew ${run}`, 0).focus();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Space');
  await expect(page.getByText('4 changes: 4 gained.')).toBeVisible();
  await expectNoFaults(page, 'matrix with edits');

  // Meanwhile somebody else gives Ann a role, until a day.
  await made.post('management/v1/grants:change', {
    changes: [
      {
        subject: made.ann,
        project: made.project,
        role: 'writer',
        granted: true,
        expiresAt: new Date(Date.now() + 7 * 86_400_000).toISOString(),
      },
    ],
  });
  await button('Review and save').click();
  await expect(dialog).toContainText(`Crew ${run}`);
  await button('Save').click();
  await expect(dialog).toContainText('Somebody else has changed');
  await dialog.getByText(/^Leave it: Ann Matrix has Writer until/).click();
  await button('Review again').click();
  await expect(dialog).toContainText('3 changes: 3 gained.');
  await button('Save').click();
  await expect(page.getByText('Saved: 3 changes.')).toBeVisible();
  await expect(cell('Ann Matrix', 1)).toContainText('Has it until');
  // Bob is in the group.
  await expect(cell('Bob Matrix', 1)).toHaveText(`Has it through Crew ${run}.`);

  const question = `/access/explorer?subject=${made.bob}&permission=catalog.entity.delete`;
  await page.goto(question);
  await expect(page.getByText('Yes: it is allowed')).toBeVisible();
  const way = page.getByRole('region', { name: 'By this way' });
  await expect(way).toContainText(`Bob Matrix is in Crew ${run}`);
  await expect(way).toContainText(
    `Crew ${run} has the role writer of Stage ${run}`,
  );
  await expect(way).toContainText('Writer carries catalog.*');
  await expectNoFaults(page, 'explorer');
  const positions = await way.getByText(/event \d+/).allInnerTexts();
  const last = Math.max(
    ...positions.map(text => Number(/event (\d+)/.exec(text)?.[1])),
  );

  await page.goto(`${address}/matrix`);
  await cell(`Crew ${run}`, 1).click();
  await button('Review and save').click();
  await expect(dialog).toContainText('loses Writer');
  await button('Save').click();
  await expect(page.getByText('Saved: 1 change.')).toBeVisible();

  await page.goto(question);
  await expect(page.getByText('No: it is not allowed')).toBeVisible();
  await page.goto(`${question}&asOf=${last}`);
  await expect(page.getByText('Yes: it was allowed')).toBeVisible();
});
