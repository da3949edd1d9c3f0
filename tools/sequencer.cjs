// What takes long begins first, so that no worker is left alone with it at the end.
const { default: Sequencer } = require('@jest/test-sequencer');

const LONG = [/\/kill\.int\.spec/, /\.e2e\.spec/, /\.int\.spec/];
const rank = ({ path }) => {
  const index = LONG.findIndex((pattern) => pattern.test(path));
  return index < 0 ? LONG.length : index;
};

module.exports = class extends Sequencer {
  sort(tests) {
    return [...super.sort(tests)].sort((one, other) => rank(one) - rank(other));
  }
};
