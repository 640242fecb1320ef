import { test as base, expect, type Page } from '@playwright/test';
import { PageProblems } from '../PageProblems';
import { PageTraffic } from '../PageTraffic';
import { guestHeaders, kindsInCatalog } from '../portalApi';
import { unexpectedFindings } from './findings';
import { screens } from './screens';

type Viewer = { page: Page; traffic: PageTraffic };

// One page for all screens: with a warm cache each opens in half the time.
const test = base.extend<object, { viewer: Viewer }>({
  viewer: [
    async ({ browser }, use, { project }) => {
      const { baseURL, viewport, locale } = project.use;
      const context = await browser.newContext({
        baseURL,
        viewport,
        locale,
        // Colours are compared at rest, not halfway through a transition.
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      await use({ page, traffic: new PageTraffic(page) });
      await context.close();
    },
    { scope: 'worker' },
  ],
});

/** Waits until a screen has asked for all it shows, and has drawn it. */
async function settled(page: Page, traffic: PageTraffic) {
  await traffic.idle();
  await expect(page.getByRole('progressbar')).toHaveCount(0);
}

for (const screen of screens) {
  test(`${screen.name} opens and is accessible`, async ({
    viewer: { page, traffic },
    baseURL,
    viewport,
  }) => {
    // The last screen's late answers are not this one's.
    await page.goto('about:blank');
    const problems = new PageProblems(page, baseURL!);
    if (screen.problems) {
      problems.expect(screen.problems);
    }
    const { width } = viewport!;
    // A screen is loaded in one scheme and switched to the other while open;
    // the other width begins with the other scheme.
    const schemes =
      width > 900 ? (['light', 'dark'] as const) : (['dark', 'light'] as const);

    await page.emulateMedia({ colorScheme: schemes[0] });
    await page.goto(screen.path);
    await screen.prepare?.(page);
    await expect(screen.shows(page)).toBeVisible();
    await expect(page).toHaveTitle(/^.+ \| Callboard$/);
    await settled(page, traffic);
    for (const scheme of schemes) {
      await page.emulateMedia({ colorScheme: scheme });
      await expect(page.locator('body')).toHaveAttribute(
        'data-theme-mode',
        scheme,
      );
      await settled(page, traffic);
      const findings = await unexpectedFindings(page, screen.name, {
        width,
        scheme,
      });
      expect.soft(findings, `in the ${scheme} scheme`).toEqual([]);
    }
    expect.soft(problems.finish(), 'problems in the page').toEqual([]);

    if (screen.tabs) {
      const tabs = page
        .getByRole('navigation', { name: 'Content navigation' })
        .getByRole('link');
      await expect(tabs, 'each tab has a screen').toHaveText(screen.tabs);
    }
  });
}

test('there is a screen for every kind of entity in the catalog', async ({
  request,
}) => {
  const kinds = await kindsInCatalog(request, await guestHeaders(request));
  const opened = screens.flatMap(
    ({ path }) => path.match(/^\/catalog\/\w+\/(\w+)\//)?.[1] ?? [],
  );
  expect(kinds.map(kind => kind.toLocaleLowerCase('en')).sort()).toEqual(
    [...new Set(opened)].sort(),
  );
});

test('there is a screen for every page in the navigation', async ({
  viewer: { page },
}) => {
  await page.goto('/');
  const links = page.locator('#navigation-panel a');
  await expect(links.first()).toBeAttached();
  const hrefs = await links.evaluateAll(all =>
    all.map(link => link.getAttribute('href')),
  );
  const paths = screens.map(({ path }) => path.replace(/\?.*/, ''));
  expect(hrefs.filter(href => !paths.includes(href ?? ''))).toEqual([]);
});
