module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  testRules: {
    // Tests that only make sense on some systems are named for where they run.
    'jest/no-standalone-expect': [
      'error',
      {
        additionalTestBlockFunctions: [
          'onLinux',
          'asRoot',
          'asAnOrdinaryUser',
          'withMount',
        ],
      },
    ],
  },
});
