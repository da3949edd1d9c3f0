// Rules for lint: code that is a function of its arguments reads no clock and draws no random numbers.
const selecting = (selector, message) => ({ create: (context) => ({ [selector]: (node) => context.report({ node, message }) }) });

export default {
  meta: { name: 'pure-code' },
  rules: {
    'no-clock': selecting(
      "NewExpression[callee.name='Date'][arguments.length=0], MemberExpression[object.name='Date'][property.name='now']",
      'Domain code reads no clock: time comes in as data.',
    ),
    'no-randomness': selecting("MemberExpression[object.name='Math'][property.name='random']", 'Domain code has no randomness: ids come in as data.'),
  },
};
