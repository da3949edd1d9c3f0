import config from './jest.config.js';

// Long enough to be believed; the ordinary test run is content with less.
process.env.GUANXI_TEST_DISTURBED_SECONDS ??= '60';

export default {
  ...config,
  testMatch: ['**/test/engines/**/*.spec.js'],
  globalSetup: '<rootDir>/test/engines/named-servers.js',
  // A server on another machine may take its time for each of many answers.
  testTimeout: 300_000,
};
