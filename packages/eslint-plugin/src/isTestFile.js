// @ts-check

const TEST_FILE = /\.test\.[cm]?[jt]sx?$/;
const TEST_FOLDER =
  /^(e2e-tests|dev)\/|(^|\/)(__testUtils__|__mocks__|__fixtures__|testUtils|testing)\//;
const TEST_SETUP = /(^|\/)(setupTests|playwright\.config)\.[jt]sx?$/;

/**
 * Whether a file exists for tests only: tests, what they share, and the
 * development set-up.
 *
 * @param {string} pathInPackage with forward slashes
 */
function isTestFile(pathInPackage) {
  return [TEST_FILE, TEST_FOLDER, TEST_SETUP].some(pattern =>
    pattern.test(pathInPackage),
  );
}

module.exports = { isTestFile };
