import { type PurchaseHistory } from './purchase-histories.js';

export interface ChannelSales {
  channel: string;
  /** Minor units, net of returns. */
  amount: number;
}

/** What was sold by each channel in a currency, the most first. */
export function salesByChannel(histories: readonly PurchaseHistory[], inCurrency: string | null): ChannelSales[] {
  const sums = new Map<string, number>();
  for (const { bought } of histories) {
    for (const { amount, currency, channel = 'no known channel' } of bought) if (currency === inCurrency) sums.set(channel, (sums.get(channel) ?? 0) + amount);
  }
  return [...sums].map(([channel, amount]) => ({ channel, amount })).sort((one, other) => other.amount - one.amount || (one.channel < other.channel ? -1 : 1));
}
