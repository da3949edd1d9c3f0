export { added, compareMoney, difference, formatMoney, isMore, negated, sumOf, zero, type Money } from './money.js';
export { instalmentsOf, ofUnits, shareOf, times } from './parts.js';
