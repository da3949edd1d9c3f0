import { view } from '#event-sourcing';
import { type Money } from '#money';
import { noAmounts, rateOf, withAmount, type Amounts } from '../../domain/figures.js';
import { OpportunityLost, OpportunityReopened, OpportunityWon } from '../../opportunities/domain/events.js';

export interface WinLossRow {
  /** Opportunities that it was after and we won; that we lost to it; that we lost to somebody else while it was after them. */
  won: number;
  lost: number;
  lostToOthers: number;
  /** Of those that were lost to it, where it is known, in minor units by currency. */
  lostValue: Amounts;
}

const noDeals: WinLossRow = { won: 0, lost: 0, lostToOthers: 0, lostValue: noAmounts };

interface Rivals {
  competitorId?: string;
  competitorIds: string[];
}

const rivalsOf = ({ competitorId, competitorIds }: Rivals): string[] => [...competitorIds, ...(competitorId === undefined ? [] : [competitorId])];

function lostTo(row: WinLossRow, key: string, { competitorId, value }: Rivals & { value?: Money }, sign: 1 | -1): WinLossRow {
  if (key !== competitorId) return { ...row, lostToOthers: row.lostToOthers + sign };
  return { ...row, lost: row.lost + sign, lostValue: withAmount(row.lostValue, value, sign) };
}

export const winLossByCompetitor = view<WinLossRow>('win_loss_by_competitor', {
  version: 1,
  summary: 'Of the deals that each competitor was after: how many we won, and how many it took, worth how much.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ lost: -1 }],
})
  .on(OpportunityWon, ({ data }) => rivalsOf(data), (row = noDeals) => ({ ...row, won: row.won + 1 }))
  .on(OpportunityLost, ({ data }) => rivalsOf(data), (row = noDeals, { data }, key) => lostTo(row, key, data, 1))
  .on(OpportunityReopened, ({ data: { former } }) => (former.outcome === 'rejected' ? [] : rivalsOf(former)), (row = noDeals, { data: { former } }, key) =>
    (former.outcome === 'won' ? { ...row, won: row.won - 1 } : lostTo(row, key, former, -1)))
  .computed<WinLossRow & { winRate: number | null }, unknown>({ fields: ['winRate'], compute: (row) => ({ ...row, winRate: rateOf(row.won, row.won + row.lost) }) });
