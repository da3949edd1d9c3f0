// Tests run on the compiled tree: what is tested is what ships, and worker threads need real files.
export default {
  rootDir: 'dist',
  testEnvironment: 'node',
  testMatch: ['**/*.spec.js'],
  transform: {},
  maxWorkers: 2,
  // Modules of earlier files are not let go of; a worker that has gathered many spends its time collecting garbage.
  workerIdleMemoryLimit: '300MB',
  testSequencer: '<rootDir>/../tools/sequencer.cjs',
  // A test that hangs fails; one that waits for a slow disk does not.
  testTimeout: 30_000,
};
