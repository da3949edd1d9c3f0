import { invalid } from '#event-sourcing';
import { difference, ofUnits, shareOf, sumOf, type Money } from '#money';
import { withUnits, type KnownOrder, type LineUnits } from './order.js';

/** @throws Rejection `line-unknown`, `more-than-ordered` */
export function refuseMoreThanOrdered({ lines, shipped }: KnownOrder, { line, quantity }: LineUnits): void {
  const ordered = lineIn(lines, line);
  const left = ordered.quantity - shipped[line - 1]!;
  if (quantity > left) throw invalid('more-than-ordered', `Of line ${line} ${left} of ${ordered.quantity} units are still to be shipped; ship at most that many.`, { left });
}

/** Whether nothing is left to be shipped after these units. */
export const isFulfilledBy = ({ lines, shipped }: KnownOrder, units: LineUnits): boolean =>
  withUnits(shipped, [units]).every((count, index) => count === lines[index]!.quantity);

/** @throws Rejection `line-unknown`, `more-than-shipped` */
export function refuseMoreThanShipped({ lines, shipped, returned }: KnownOrder, items: readonly LineUnits[]): void {
  items.forEach(({ line }) => lineIn(lines, line));
  withUnits(returned, items).forEach((count, index) => {
    const there = shipped[index]! - returned[index]!;
    if (count > shipped[index]!) throw invalid('more-than-shipped', `Of line ${index + 1} the customer has ${there} units; return at most that many.`, { there });
  });
}

/** Every unit that was ordered has come back. */
export const isWhollyReturned = ({ lines, returned }: KnownOrder, items: readonly LineUnits[]): boolean =>
  withUnits(returned, items).every((count, index) => count === lines[index]!.quantity);

/** What goes back for these units, taxes included; of a whole order to the last minor unit what was to be paid. */
export function refundFor(order: KnownOrder, items: readonly LineUnits[]): Money {
  const { totals: { gross }, refunded } = order;
  if (isWhollyReturned(order, items)) return difference(gross, refunded);
  const [before, after] = [order.returned, withUnits(order.returned, items)].map((units) => worthOf(order, units)) as [Money, Money];
  const refund = difference(after, before);
  const left = difference(gross, refunded);
  return refund.amount > left.amount ? left : refund;
}

function worthOf({ lines, totals }: KnownOrder, units: readonly number[]): Money {
  const nets = lines.map((line, index) => ({ net: ofUnits(line.net, units[index]!, line.quantity), percent: line.taxPercent }));
  return sumOf(totals.gross.currency, nets.flatMap(({ net, percent }) => [net, shareOf(net, percent)]));
}

function lineIn(lines: KnownOrder['lines'], line: number) {
  const found = lines[line - 1];
  if (!found) throw invalid('line-unknown', `The order has the lines 1 to ${lines.length}; there is no line ${line}.`);
  return found;
}
