import { IsIn, IsInt, Max, Min } from 'class-validator';
import { analysis, stored } from '#event-sourcing';
import { modelRegistry } from '#models';
import { expectedRenewals, probabilityThere } from '#statistics';
import { buyersIn, currencyOf, leftOut, NO_CURRENCY } from '../domain/buyers.js';
import { whyNoBuyer } from '../domain/no-buyer.js';
import { endOfNext, opportunitiesAhead, renewalModelFor, renewalsOf } from '../domain/renewals.js';
import { dayOf, daysBetween } from '../domain/time.js';
import { loyalty } from '../views/loyalty.view.js';
import { policies } from '../views/policies.view.js';
import { RenewalModelParameters } from './renewal-model.analysis.js';

export class RenewalsParameters extends RenewalModelParameters {
  /** How many periods to look ahead, the running one being the first. */
  @IsInt() @Min(1) @Max(1_000) next = 4;
  /** The model version that was promoted by then, or one that is fitted to the customers as of the moment. */
  @IsIn(['promoted', 'fitted']) model: 'promoted' | 'fitted' = 'promoted';
}

/** Who renews period after period, and who will. */
export const renewals = analysis('renewals', {
  version: 2,
  summary: 'In how many calendar periods each buyer renewed, whether they are still there, and renewals to expect (BG/BB).',
  allow: ['analyst', 'manager'], personal: [], record: 'customerId', parameters: RenewalsParameters, thread: import.meta.url,
  columns: { customerId: 'text', renewed: 'integer', last: { type: 'integer', summary: 'The last opportunity that was taken; 0: none.' }, opportunities: 'integer', probabilityThere: { type: 'number', nullWhere: 'there is no model' }, expectedRenewals: { type: 'number', nullWhere: 'there is no model' } },
})
  .reads({ customers: stored(loyalty), policies, models: modelRegistry })
  .computes(({ customers, policies: published, models }, { now, parameters: { currency: chosen, period, next, model } }) => {
    const currency = currencyOf(chosen, published, now);
    if (currency === undefined) return { rows: [], notes: [NO_CURRENCY] };
    const today = dayOf(now);
    const buyers = buyersIn(currency, customers);
    const { bgBb, versions, notes } = renewalModelFor(model, { buyers, today, period, models, currency });
    const rows = buyers.map((buyer) => {
      const history = renewalsOf(buyer, today, period);
      const ahead = opportunitiesAhead(buyer, today, period, next);
      return { customerId: buyer.customerId, ...history, probabilityThere: bgBb ? probabilityThere(bgBb, history) : null, expectedRenewals: bgBb ? expectedRenewals(bgBb, history, ahead) : null };
    });
    const until = endOfNext(today, period, next);
    return {
      rows,
      summary: {
        currency, buyers: rows.length, period, next, until, horizonDays: daysBetween(today, until), models: versions, parameters: bgBb ?? null,
        expectedRenewals: bgBb ? rows.reduce((sum, row) => sum + row.expectedRenewals!, 0) : null,
      },
      notes: [...notes, ...leftOut(currency, customers)],
    };
  })
  .explaining(whyNoBuyer);
