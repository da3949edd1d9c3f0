// What takes long begins first, so that no worker is left alone with it at the end; what mostly waits runs beside what computes.
const { default: Sequencer } = require('@jest/test-sequencer');

/** Files that take more than ten seconds, the longest first. */
const LONG = [
  'faults/kill', 'cli/main-job', 'bench/bench', 'engines/outages', 'privacy/erasure', 'cli/import.e2e',
  'engines/event-store-faults', 'engines/event-store.int', 'cli/operating', 'api/main.e2e', 'undoing/undo-import', 'cli/access', 'cli/audit', 'api/roles',
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
