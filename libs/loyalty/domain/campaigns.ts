import { buyersIn, type Buyer } from './buyers.js';
import type { CostKind } from './costs.js';
import { dayAfter } from './forecast.js';
import { profitOf } from './value.js';
import type { ValueRules } from './value-policy.js';

interface CampaignSources {
  rules: ValueRules;
  customers: Parameters<typeof buyersIn>[1];
  costs: readonly { customerId: string; kind: CostKind; amount: { amount: number; currency: string }; basis: string; at: string }[];
  days: number;
  today: string;
}

export interface CampaignResult {
  promotion: string;
  since: string;
  reach: number;
  responded: number;
  response: number;
  before: number;
  cost: number;
  profit: number;
  profitBefore: number;
  roi: number | null;
  isOver: boolean;
}

/** Costs of one basis are one campaign; each customer was reached on the day of the first. */
export function campaignsOf({ rules, customers, costs, days, today }: CampaignSources): CampaignResult[] {
  const campaigns = new Map<string, { cost: number; reached: Map<string, string> }>();
  for (const { customerId, kind, amount, basis, at } of costs) {
    if (kind !== 'campaign' || amount.currency !== rules.currency) continue;
    const { cost, reached } = campaigns.get(basis) ?? { cost: 0, reached: new Map<string, string>() };
    const [day, known] = [at.slice(0, 10), reached.get(customerId)];
    campaigns.set(basis, { cost: cost + amount.amount, reached: reached.set(customerId, known !== undefined && known < day ? known : day) });
  }
  const buyers = new Map(buyersIn(rules.currency, customers).map((buyer) => [buyer.customerId, buyer]));
  return [...campaigns].map(([promotion, { cost, reached }]) => {
    const all = [...reached].map(([customerId, day]) => resultOf(buyers.get(customerId), day, days, rules));
    const count = (of: (each: Response) => boolean) => all.filter(of).length;
    const sum = (of: (each: Response) => number) => all.reduce((total, each) => total + of(each), 0);
    const profit = sum((each) => each.after.profit);
    const since = [...reached.values()].sort();
    return {
      promotion, since: since[0]!, reach: all.length, responded: count(({ after }) => after.bought), response: count(({ after }) => after.bought) / all.length, before: count(({ before }) => before.bought) / all.length,
      cost, profit, profitBefore: sum((each) => each.before.profit), roi: cost > 0 ? profit / cost - 1 : null, isOver: dayAfter(since.at(-1)!, days) <= today,
    };
  }).sort((one, other) => (one.since === other.since ? (one.promotion < other.promotion ? -1 : 1) : one.since < other.since ? -1 : 1));
}

interface Span {
  bought: boolean;
  profit: number;
}

interface Response {
  after: Span;
  before: Span;
}

/** On the day itself one may have bought because of it. */
function resultOf(buyer: Buyer | undefined, day: string, days: number, rules: ValueRules): Response {
  const eve = dayAfter(day, -1);
  const within = (since: string, until: string): Span => ({
    bought: buyer?.days.some((each) => each.day > since && each.day <= until) ?? false, profit: buyer ? profitOf(buyer, rules, 0, since, until) : 0,
  });
  return { after: within(eve, dayAfter(eve, days)), before: within(dayAfter(eve, -days), eve) };
}
