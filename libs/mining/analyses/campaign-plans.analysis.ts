import { analysis, type Inputs, type Sources } from '#event-sourcing';
import { campaignPolicies, customerValue, inForce, inForceOrder, planFor, type CampaignAim, type CampaignClasses } from '#loyalty';
import { together } from '../domain/together.js';
import { customerClasses } from './customer-classes.analysis.js';

const asked = together({ customerClasses, customerValue });

const amount = (summary: string) => ({ type: 'number', unit: 'minor units', summary }) as const;

interface Value {
  current: number | null;
  activation: number | null;
  crossSell: number | null;
  referral: number | null;
}

/** The part of the value that a campaign of each aim is for. */
const AT_STAKE: Readonly<Record<CampaignAim, keyof Value>> = { keep: 'current', activate: 'activation', 'cross-sell': 'crossSell', refer: 'referral' };
const UNKNOWN: Value = { current: null, activation: null, crossSell: null, referral: null };

/** Which campaign is for whom, what it is for and what it costs. */
export const campaignPlans = analysis('campaign_plans', {
  version: 1,
  summary: 'The campaign of the policy for each customer by stage, tier, value class, profit class and risk, the value that it is for, and what it costs; who is in no plan is left out.',
  allow: ['analyst', 'manager', 'sales'], personal: [], record: 'customerId', thread: import.meta.url,
  columns: {
    customerId: 'text', plan: 'text', aim: 'text', stage: 'text', tier: { type: 'text', nullWhere: 'the customer has not bought in the currency of the policy' }, valueClass: { type: 'text', nullWhere: 'the customer has not bought in the currency of the policy' }, profitClass: 'text', risk: 'text', channels: 'json', offer: 'text',
    current: { ...amount('Lifetime value.'), nullWhere: 'there is no model of buying and of spending' }, potential: { ...amount('Activation, cross-selling and referral, as far as they are known.'), nullWhere: 'no part of it is known' },
    atStake: { ...amount('What the campaign is for: of keep the lifetime value, of the others that part of the potential value. Null: not known.'), nullWhere: 'it is not known' }, cost: amount('Of addressing the customer.'),
    breakEven: { type: 'number', summary: 'Share of the value at stake that the campaign has to bring to pay for itself; null where nothing is at stake.', nullWhere: 'nothing is at stake, or that is not known' },
  },
})
  .reads({ ...asked.sources, plans: campaignPolicies })
  .computes((inputs, moment) => {
    const sources = inputs as unknown as Inputs<Sources>;
    const defined = inForce(inForceOrder(inputs.plans), moment.now);
    if (!defined) return { rows: [], notes: ['No campaign policy is published: PublishCampaignPolicy says which campaign is for which class of customers.'] };
    const [classes, values] = [asked.find('customerClasses', sources, moment), asked.find('customerValue', sources, moment)];
    const valueOf = new Map(values.rows.map((row) => [row['customerId'], row as unknown as Value]));
    const rows = classes.rows.flatMap((row) => {
      const own = row as unknown as CampaignClasses & { customerId: string };
      const plan = planFor(own, defined.rules);
      if (!plan) return [];
      const value = valueOf.get(own.customerId) ?? UNKNOWN;
      const atStake = value[AT_STAKE[plan.aim]];
      const { customerId, stage, tier, valueClass, profitClass, risk } = own;
      return [{
        customerId, plan: plan.name, aim: plan.aim, stage, tier, valueClass, profitClass, risk, channels: plan.channels, offer: plan.offer, current: value.current, potential: potentialOf(value), atStake, cost: plan.costPerCustomer,
        breakEven: atStake !== null && atStake > 0 ? plan.costPerCustomer / atStake : null,
      }];
    });
    const plans = defined.rules.plans.map(({ name, aim }) => summaryOf(name, aim, rows.filter(({ plan }) => plan === name)));
    const untold = rows.filter(({ atStake }) => atStake === null).length;
    return {
      rows, summary: { policyVersion: defined.version, ...(values.summary?.['currency'] !== undefined && { currency: values.summary['currency'] }), customers: rows.length, inNoPlan: classes.rows.length - rows.length, cost: sum(rows, 'cost'), plans },
      notes: [
        ...new Set([...(classes.notes ?? []), ...(values.notes ?? [])]), ...(untold > 0 ? [`Of ${untold} customers what is at stake is not known.`] : []),
        ...(rows.length > 0 ? [] : ['Nobody is in a class that a plan is for.']), 'What came of a campaign promotion_analysis tells, where its costs are allocated.',
      ],
    };
  });

const potentialOf = ({ activation, crossSell, referral }: Value): number | null => {
  const known = [activation, crossSell, referral].filter((part) => part !== null);
  return known.length > 0 ? known.reduce((total, part) => total + part, 0) : null;
};

interface Addressed {
  current: number | null;
  atStake: number | null;
  cost: number;
}

function summaryOf(plan: string, aim: CampaignAim, rows: readonly Addressed[]) {
  const atStake = rows.some((row) => row.atStake !== null) ? sum(rows, 'atStake') : null;
  const cost = sum(rows, 'cost');
  return { plan, aim, customers: rows.length, cost, atStake, breakEven: atStake !== null && atStake > 0 ? cost / atStake : null };
}

const sum = (rows: readonly Addressed[], of: keyof Addressed): number => rows.reduce((total, row) => total + (row[of] ?? 0), 0);
