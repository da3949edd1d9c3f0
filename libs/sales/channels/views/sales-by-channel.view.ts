import { view } from '#event-sourcing';
import { type Money } from '#money';
import { noAmounts, rateOf, withAmount, type Amounts } from '../../domain/figures.js';
import { secondsBetween } from '../../domain/time.js';
import { OpportunityLost, OpportunityReopened, OpportunityWon, SalesChannelAssigned, type Ended } from '../../opportunities/domain/events.js';

export interface SalesByChannelRow {
  /** Opportunities that go or went through it. */
  opportunities: number;
  won: number;
  lost: number;
  /** Of what was won, in minor units by currency. */
  value: Amounts;
  /** From opening to winning, of all that was won. */
  secondsToWin: number;
}

export interface SalesByChannel extends Omit<SalesByChannelRow, 'secondsToWin'> {
  winRate: number | null;
  daysToWin: number | null;
}

/** Opportunities that no channel was named for. */
const NONE = '(none)';
const nothing: SalesByChannelRow = { opportunities: 0, won: 0, lost: 0, value: noAmounts, secondsToWin: 0 };

/** Keyed by channel. */
export const salesByChannel = view<SalesByChannelRow>('sales_by_channel', {
  version: 1,
  summary: 'What goes through each sales channel: how many deals, how many are won, worth how much, and how long they take.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ won: -1 }],
})
  .on(SalesChannelAssigned, ({ data: { channel, former } }) => [channel, ...(former === undefined ? [] : [former])], (row = nothing, { data: { channel } }, key) => ({
    ...row, opportunities: row.opportunities + (key === channel ? 1 : -1),
  }))
  .on(OpportunityWon, ({ data }) => channelOf(data.ended), (row = nothing, { data: { ended, value }, occurredAt }) => won(row, ended, value, occurredAt, 1))
  .on(OpportunityLost, ({ data }) => channelOf(data.ended), (row = nothing) => ({ ...row, lost: row.lost + 1 }))
  .on(OpportunityReopened, ({ data: { former } }) => (former.outcome === 'rejected' ? undefined : channelOf(former.ended)), (row = nothing, { data: { former: { outcome, ended, value, endedAt } } }) =>
    (outcome === 'won' ? won(row, ended, value, endedAt, -1) : { ...row, lost: row.lost - 1 }))
  .computed<SalesByChannel, unknown>({
    fields: ['winRate', 'daysToWin'],
    compute: ({ secondsToWin, ...row }) => ({ ...row, winRate: rateOf(row.won, row.won + row.lost), daysToWin: row.won === 0 ? null : Math.round(secondsToWin / row.won / 8_640) / 10 }),
  });

const channelOf = ({ channel = NONE }: Ended): string => channel;

function won(row: SalesByChannelRow, { openedAt }: Ended, value: Money | undefined, at: string, sign: 1 | -1): SalesByChannelRow {
  return { ...row, won: row.won + sign, value: withAmount(row.value, value, sign), secondsToWin: row.secondsToWin + sign * secondsBetween(openedAt, at) };
}
