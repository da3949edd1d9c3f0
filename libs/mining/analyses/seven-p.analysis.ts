import { analysis } from '#event-sourcing';
import { persistency, profitability, promotion } from '#loyalty';
import { boardOf } from '../domain/board.js';
import { salesByChannel } from '../domain/performance.js';
import { purchaseHistories, type PurchaseHistory } from '../domain/purchase-histories.js';
import { together } from '../domain/together.js';
import { associationRules } from './association-rules.analysis.js';
import { profile } from './profile.analysis.js';
import { prospecting } from './prospecting.analysis.js';

const asked = together({ profile, persistency, profitability, prospecting, associationRules, promotion });

/** The seven sides of the business on one board. */
export const sevenP = analysis('seven_p', {
  version: 1,
  summary: 'The 7P board: profiling, persistency, profitability, performance, prospecting, product and promotion, each with its figures and the analysis that says more.',
  allow: ['analyst', 'manager'], personal: [], record: null, apart: ['p', 'figure'], thread: import.meta.url,
  columns: { p: 'text', figure: 'text', value: { type: 'json', summary: 'A number or a name; null where it cannot be said.' }, unit: 'text', from: { type: 'text', summary: 'The analysis, view or cube that says more.' } },
})
  .reads(asked.sources)
  .computes((inputs, moment) => {
    const of = (name: Parameters<typeof asked.find>[0]) => asked.find(name, inputs, moment);
    const found = { profile: of('profile'), persistency: of('persistency'), profitability: of('profitability'), prospecting: of('prospecting'), associationRules: of('associationRules'), promotion: of('promotion') };
    const currency = (found.profitability.summary?.['currency'] ?? null) as string | null;
    const rows = boardOf(found, salesByChannel(asked.rows(purchaseHistories(), inputs) as readonly PurchaseHistory[], currency), currency === null ? 'minor units' : `minor units of ${currency}`);
    const notes = Object.values(found).flatMap((each) => [...(each.notes ?? [])]);
    return { rows, summary: { currency, figures: rows.length, unknown: rows.filter(({ value }) => value === null).length }, notes: [...new Set(notes)] };
  });
