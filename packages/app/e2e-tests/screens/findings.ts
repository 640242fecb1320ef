import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { type Setting, upstreamFindings } from './upstreamFindings';

/** One element that breaks one rule. */
type Finding = { rule: string; element: string; because: string };

// WCAG 2.2, levels A and AA.
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * What differs between the faults in the page and those that upstreamFindings
 * lists for it: faults that it doesn't list, and listed ones that are gone.
 */
export async function unexpectedFindings(
  page: Page,
  screen: string,
  setting: Setting,
): Promise<string[]> {
  const listed = upstreamFindings.filter(
    ({ screens, only }) =>
      screens.includes(screen) &&
      (only?.width ?? setting.width) === setting.width &&
      (only?.scheme ?? setting.scheme) === setting.scheme,
  );
  const found = [
    ...(await axeFindings(page)),
    ...(await sidewaysScrolling(page)),
  ];

  const gone = new Set(listed);
  const unlisted: string[] = [];
  for (const { rule, element, because } of found) {
    const matches = await page.evaluate(
      ([target, selectors]) => {
        const node = document.querySelector(target);
        return selectors.map(selector => node?.matches(selector) ?? false);
      },
      [element, listed.map(entry => entry.elements)] as const,
    );
    const known = listed.filter(
      (entry, index) => entry.rule === rule && matches[index],
    );
    known.forEach(entry => gone.delete(entry));
    if (known.length === 0) {
      unlisted.push(`new: ${rule} at ${element}: ${because}`);
    }
  }
  return [
    ...unlisted,
    ...[...gone].map(
      ({ rule, elements }) => `listed but gone: ${rule} at ${elements}`,
    ),
  ];
}

async function axeFindings(page: Page): Promise<Finding[]> {
  const { violations } = await new AxeBuilder({ page })
    .options({ runOnly: TAGS, resultTypes: ['violations'] })
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, all, none }) => ({
      rule: id,
      element: target.join(' '),
      because: [...any, ...all, ...none].map(check => check.message).join('; '),
    })),
  );
}

/** The page as a whole must not scroll sideways (WCAG 2.2, 1.4.10). */
async function sidewaysScrolling(page: Page): Promise<Finding[]> {
  const excess = await page.evaluate(
    () => document.documentElement.scrollWidth - window.innerWidth,
  );
  return excess > 0
    ? [
        {
          rule: 'sideways-scrolling',
          element: 'html',
          because: `the page is ${excess}px wider than the window`,
        },
      ]
    : [];
}
