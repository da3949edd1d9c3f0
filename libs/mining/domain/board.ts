import { type ChannelSales } from './performance.js';

/** One figure of a side of the business. */
export interface Figure {
  p: string;
  figure: string;
  value: number | string | null;
  unit: string;
  /** The analysis, view or cube that says more. */
  from: string;
}

/** What an analysis found. */
export interface Found {
  rows: readonly Readonly<Record<string, unknown>>[];
  summary?: Readonly<Record<string, unknown>>;
}

type Said = readonly (readonly [figure: string, value: unknown, unit: string])[];

const valueIn = (found: Readonly<Record<string, unknown>> | undefined, name: string): unknown => found?.[name] ?? null;

const side = (p: string, from: string, said: Said): Figure[] => said.map(([figure, value, unit]) => ({ p, figure, value: (value ?? null) as Figure['value'], unit, from }));

/** The seven sides, each with the figures that its analysis says. */
export function boardOf(found: Readonly<Record<'profile' | 'persistency' | 'profitability' | 'prospecting' | 'associationRules' | 'promotion', Found>>, channels: readonly ChannelSales[], money: string): Figure[] {
  return [
    ...profiling(found.profile),
    ...side('persistency', 'persistency', [['repeat rate', valueIn(found.persistency.summary, 'repeatRate'), 'share'], ['renewal rate', valueIn(found.persistency.summary, 'renewalRate'), 'share'], ['mean interval', valueIn(found.persistency.summary, 'meanIntervalDays'), 'days']]),
    ...side('profitability', 'profitability', (['marginal', 'total', 'net'] as const).map((kind) => [`${kind} profit`, valueIn(found.profitability.summary, `${kind}Profit`), money])),
    ...side('performance', 'cube purchases', [['sales', channels.reduce((sum, { amount }) => sum + amount, 0), money], ...channels.map(({ channel, amount }) => [`sales by ${channel}`, amount, money] as const)]),
    ...prospects(found.prospecting),
    ...product(found.associationRules),
    ...side('promotion', 'promotion_analysis', [['promotions', valueIn(found.promotion.summary, 'promotions'), 'promotions'], ['reach', valueIn(found.promotion.summary, 'reach'), 'customers'], ['cost', valueIn(found.promotion.summary, 'cost'), money], ['return on investment', valueIn(found.promotion.summary, 'roi'), 'share']]),
  ];
}

function profiling({ summary }: Found): Figure[] {
  const risks = (valueIn(summary, 'risk') ?? {}) as Record<string, number>;
  return side('profiling', 'profile_analysis', [['customers', valueIn(summary, 'customers'), 'customers'], ...Object.entries(risks).map(([risk, count]) => [`risk ${risk}`, count, 'customers'] as const)]);
}

function prospects({ rows, summary }: Found): Figure[] {
  const [latest, coming] = [false, true].map((expected) => rows.findLast((row) => row['expected'] === expected));
  const means = (valueIn(summary, 'means') ?? []) as readonly { leads: number; converted: number }[];
  const leads = means.reduce((sum, each) => sum + each.leads, 0);
  const converted = leads > 0 ? means.reduce((sum, each) => sum + each.converted, 0) / leads : null;
  return side('prospecting', 'prospecting', [['customers', valueIn(latest, 'customers'), 'customers'], ['expected customers', valueIn(coming, 'customers'), 'customers'], ['leads converted', converted, 'share']]);
}

function product({ rows }: Found): Figure[] {
  return side('product', 'association_rules', [['rules', rows.length, 'rules'], ['surest rule', valueIn(rows[0], 'rule'), 'name'], ['its confidence', valueIn(rows[0], 'confidence'), 'share'], ['its lift', valueIn(rows[0], 'lift'), 'multiple']]);
}
