import config from './jest.config.js';

// Long enough to be believed; the ordinary test run is content with less.
process.env.GUANXI_TEST_DISTURBED_SECONDS ??= '60';

export default { ...config, testMatch: ['**/test/engines/**/*.spec.js'] };
