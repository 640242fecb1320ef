import { test as base, expect } from '@playwright/test';
import { PageProblems } from './PageProblems';

/**
 * Playwright's test, in which a console error, an uncaught exception or a
 * failed request fails the test, whatever else it looks at.
 */
export const test = base.extend<{ problems: PageProblems }>({
  problems: [
    async ({ page, baseURL }, use) => {
      const problems = new PageProblems(page, baseURL!);
      await use(problems);
      expect(problems.finish(), 'problems in the page').toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
