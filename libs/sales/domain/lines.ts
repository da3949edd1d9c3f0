import { invalid } from '#event-sourcing';
import { difference, shareOf, sumOf, times, type Money } from '#money';

/** What is asked for in a quote or an order. */
export interface LineAsked {
  offeringId: string;
  /** Units. */
  quantity: number;
  unitPrice: Money;
  discountPercent?: number;
  /** Of the net amount. */
  taxPercent: number;
}

/** A line as it counts. */
export interface Line extends LineAsked {
  /** Units times price less discount, rounded once to a minor unit, half a unit away from zero. */
  net: Money;
}

/** Tax of all lines with one rate. */
export interface TaxShare {
  percent: number;
  net: Money;
  /** Of the net amounts together, rounded once for each rate, half a unit away from zero. */
  tax: Money;
}

export interface Totals {
  net: Money;
  taxes: TaxShare[];
  tax: Money;
  gross: Money;
}

/** @throws Rejection `two-currencies`, `amount-too-large` */
export function lineOf(asked: LineAsked): Line {
  const full = times(asked.unitPrice, asked.quantity);
  const discount = asked.discountPercent === undefined ? undefined : shareOf(full, asked.discountPercent);
  return { ...asked, net: discount ? difference(full, discount) : full };
}

/** @throws Rejection `two-currencies`, `amount-too-large` */
export function totalsOf(lines: readonly Line[]): Totals {
  const currency = currencyOf(lines);
  const net = sumOf(currency, lines.map((line) => line.net));
  const rates = [...new Set(lines.map(({ taxPercent }) => taxPercent))].sort((one, other) => one - other);
  const taxes = rates.map((percent) => {
    const taxed = sumOf(currency, lines.filter(({ taxPercent }) => taxPercent === percent).map((line) => line.net));
    return { percent, net: taxed, tax: shareOf(taxed, percent) };
  });
  const tax = sumOf(currency, taxes.map((share) => share.tax));
  return { net, taxes, tax, gross: sumOf(currency, [net, tax]) };
}

function currencyOf(lines: readonly Line[]): string {
  const [first] = lines;
  if (!first) throw invalid('no-lines', 'Give at least one line.');
  return first.net.currency;
}
