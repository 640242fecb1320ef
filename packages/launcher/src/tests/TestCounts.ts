/** How many tests ended how. */
export type TestCounts = { passed: number; failed: number; skipped: number };

export const noTests: TestCounts = { passed: 0, failed: 0, skipped: 0 };

export function addCounts(a: TestCounts, b: TestCounts): TestCounts {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

/** The closing line: `N passed, N failed`, and `, N skipped` if any were. */
export function closingLine({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/** Counts the tests in jest's JSON report. */
export function countJest(report: {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
}): TestCounts {
  return {
    passed: report.numPassedTests,
    // A file that could not even be loaded has failed, whatever is in it.
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** Counts the tests in Playwright's JSON report. */
export function countPlaywright(report: {
  errors: unknown[];
  stats: {
    expected: number;
    unexpected: number;
    flaky: number;
    skipped: number;
  };
}): TestCounts {
  const { expected, unexpected, flaky, skipped } = report.stats;
  return {
    passed: expected,
    // A test that passed only the second time is not to be relied on.
    failed: unexpected + flaky + report.errors.length,
    skipped,
  };
}
