// What takes long begins first, so that no worker is left alone with it at the end; what mostly waits runs beside what computes.
const { default: Sequencer } = require('@jest/test-sequencer');

/** Files that take more than ten seconds, the longest first. */
const LONG = [
  'privacy/erasure.e2e', 'faults/kill', 'bench/bench', 'cli/main-job', 'engines/outages', 'cli/import.e2e', 'engines/event-store-faults', 'api/roles',
  'cli/operating', 'api/main.e2e', 'cli/access', 'cli/audit', 'engines/event-store.int', 'sqlite/document-store/queries', 'undoing/undo-import',
  'cli/analyse', 'verification/tampering', 'cli/program', 'mongodb/faults', 'mongodb/engine',
];
const LEVELS = ['.e2e.spec', '.int.spec', '.spec'];

function rank({ path }) {
  const long = LONG.findIndex((part) => path.includes(`/${part}`));
  return long >= 0 ? long : LONG.length + LEVELS.findIndex((level) => path.includes(level));
}

module.exports = class extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
};
