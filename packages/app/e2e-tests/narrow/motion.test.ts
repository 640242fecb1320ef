import type { Page } from '@playwright/test';
import { expect, test } from '../test';

/** Opens the menu and tells what moves on the screen right after. */
async function movementsOfMenu(page: Page): Promise<string[]> {
  await page.goto('/');
  const open = page.getByRole('button', { name: 'Open menu' });
  await expect(open).toBeVisible();
  return page.evaluate(
    () =>
      new Promise<string[]>(resolve => {
        const panel = document.getElementById('navigation-panel')!;
        new MutationObserver(() =>
          requestAnimationFrame(() =>
            resolve(
              panel
                .getAnimations()
                .filter(({ effect }) => {
                  const { duration } = effect!.getComputedTiming();
                  return Number(duration) > 1;
                })
                .map(
                  movement => (movement as CSSTransition).transitionProperty,
                ),
            ),
          ),
        ).observe(panel, { attributeFilter: ['data-open'] });
        document
          .querySelector<HTMLElement>('[aria-controls=navigation-panel]')!
          .click();
      }),
  );
}

test('the menu slides in', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  expect(await movementsOfMenu(page)).toContain('transform');
});

test('nothing moves for those who asked for that', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await movementsOfMenu(page)).toEqual([]);
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible();
});
