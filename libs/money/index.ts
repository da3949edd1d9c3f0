export { compareMoney, difference, formatMoney, isMore, negated, sumOf, zero, type Money } from './money.js';
export { instalmentsOf, shareOf, times } from './parts.js';
