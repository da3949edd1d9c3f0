import { analysis, type Inputs, type Sources } from '#event-sourcing';
import { lifecycle, PROFIT_CLASSES, pyramid, RISK_LEVELS, valueClasses, type Stage } from '#loyalty';
import { creditHistories, daysBeyondTerms, type CreditHistory } from '#sales';
import { together } from '../domain/together.js';

const asked = together({ pyramid, valueClasses });
const RISKY: readonly (Stage | null)[] = ['at_risk', 'dormant', 'lost'];

/** Each customer with the classes by which campaigns and risk are managed. */
export const customerClasses = analysis('customers_by_class', {
  version: 1,
  summary: 'Stage, tier, value class, profit class and level of risk of every customer: for plans that differ by class.',
  allow: ['analyst', 'manager', 'sales', 'service'], personal: [], record: 'customerId',
  columns: {
    customerId: 'text', stage: 'text', tier: { type: 'text', nullWhere: 'the customer has not bought in the currency of the policy' }, valueClass: { type: 'text', nullWhere: 'the customer has not bought in the currency of the policy' }, profitClass: { type: 'text', summary: 'profit, loss or none, of the last days of the value policy.' }, risk: { type: 'text', summary: 'high: leaving and overdue; medium: one of them; low.' },
    leaving: { type: 'boolean', summary: 'At risk, dormant or lost.' }, overdueDays: { type: 'integer', unit: 'days', summary: 'Of the instalment that is beyond terms for the longest time.' },
  },
})
  .reads({ ...asked.sources, stages: lifecycle, credit: creditHistories() })
  .computes((inputs, moment) => {
    const sources = inputs as unknown as Inputs<Sources>;
    const [tiers, classes] = [asked.find('pyramid', sources, moment), asked.find('valueClasses', sources, moment)];
    const [tierOf, classOf, overdue] = [byCustomer(tiers.rows), byCustomer(classes.rows), overdueDaysOf(inputs.credit, moment.now.slice(0, 10))];
    const rows = inputs.stages.filter(({ stage }) => stage !== null).map(({ customerId, stage }) => {
      const [leaving, overdueDays] = [RISKY.includes(stage), overdue.get(customerId) ?? 0];
      const { tier = null } = (tierOf.get(customerId) ?? {}) as { tier?: string };
      const { valueClass = null, profit = 0 } = (classOf.get(customerId) ?? {}) as { valueClass?: string; profit?: number };
      return { customerId, stage, tier, valueClass, profitClass: PROFIT_CLASSES[Math.sign(profit) + 1]!, risk: RISK_LEVELS[Number(leaving) + Number(overdueDays > 0)]!, leaving, overdueDays };
    });
    const count = (risk: string) => rows.filter((row) => row.risk === risk).length;
    return { rows, summary: { customers: rows.length, high: count('high'), medium: count('medium'), low: count('low') }, notes: [...new Set([...(tiers.notes ?? []), ...(classes.notes ?? [])])] };
  });

function overdueDaysOf(credit: readonly CreditHistory[], today: string): Map<string, number> {
  return new Map(credit.map(({ customerId, instalments }) => {
    const open = Object.values(instalments).filter(({ dueOn, paidOn }) => dueOn < today && (paidOn === undefined || paidOn > today));
    return [customerId, Math.max(0, ...open.map((each) => daysBeyondTerms(each, today)))];
  }));
}

const byCustomer = (rows: readonly Readonly<Record<string, unknown>>[]) => new Map(rows.map((row) => [row['customerId'] as string, row]));
