// Tests run on the compiled tree: what is tested is what ships, and worker threads need real files.
export default {
  rootDir: 'dist',
  testEnvironment: 'node',
  testMatch: ['**/*.spec.js'],
  transform: {},
  maxWorkers: 2,
  testSequencer: '<rootDir>/../tools/sequencer.cjs',
  // A test that hangs fails; one that waits for a slow disk does not.
  testTimeout: 30_000,
};
