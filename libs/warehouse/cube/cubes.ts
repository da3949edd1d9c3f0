/** A measure or a dimension: what it tells, and the SQL for it. */
export interface Measure {
  summary: string;
  sql: string;
  /** Minor units: never added over currencies. */
  money?: true;
}

export interface Dimension {
  summary: string;
  sql: string;
  joins?: readonly Join[];
}

export type Join = 'customer' | 'stage' | 'product';

export interface Cube {
  summary: string;
  /** The table, as `f`. */
  from: string;
  measures: Readonly<Record<string, Measure>>;
  dimensions: Readonly<Record<string, Dimension>>;
  /** A cell without any of it is none: what was recorded there was taken back. */
  anything: string;
  /** The column with the ids of the events that a cell rests on; null where rows are of no single event. */
  events: string | null;
}

export const JOINS: Readonly<Record<Join, string>> = {
  customer: 'LEFT JOIN dim_customer AS c ON c.customer_id = f.customer_id',
  stage: 'LEFT JOIN customer_stage AS s ON s.customer_id = f.customer_id',
  product: 'LEFT JOIN dim_product AS p ON p.product = f.product',
};

/** From the coarse to the fine: a cell of one level is drilled into the next. */
export const HIERARCHIES: readonly (readonly string[])[] = [
  ['year', 'quarter', 'month', 'day'],
  ['country', 'region', 'city', 'customer'],
  ['territory', 'team', 'representative'],
  ['category', 'product'],
];

const timeOf = (column: string): Record<string, Dimension> => ({
  year: { summary: 'Year, UTC', sql: `CAST(year(${column}) AS VARCHAR)` },
  quarter: { summary: 'Quarter: 2026-Q1', sql: `concat(year(${column}), '-Q', quarter(${column}))` },
  month: { summary: 'Month: 2026-01', sql: `strftime(${column}, '%Y-%m')` },
  week: { summary: 'ISO week: 2026-W05', sql: `strftime(${column}, '%G-W%V')` },
  day: { summary: 'Day: 2026-01-31', sql: `strftime(${column}, '%Y-%m-%d')` },
  weekday: { summary: 'Day of the week: 1 is Monday', sql: `isodow(${column})` },
});

const column = (name: string, summary: string, alias = 'f'): Dimension => ({ summary, sql: `${alias}.${name}`, ...(alias === 'c' && { joins: ['customer'] as const }) });

/** What customers are told apart by. */
const who = (alias: 'c' | 'f'): Record<string, Dimension> => ({
  customer: column('customer_id', 'Customer, by id'),
  customer_kind: column('customer_kind', 'Person or organisation', alias),
  status: column('status', 'Status of the customer', alias),
  country: column('country', 'Country of the customer', alias),
  region: column('region', 'Region of the customer', alias),
  city: column('city', 'City of the customer', alias),
  representative: column('representative', 'Who looks after the customer', alias),
  team: column('team', 'Team of the customer', alias),
  territory: column('territory', 'Territory of the customer', alias),
  branch: column('branch', 'Branch of the customer', alias),
  stage: { summary: 'Stage of the customer in the life cycle', sql: 's.stage', joins: ['stage'] },
});

const CUSTOMERS: Measure = { summary: 'Customers', sql: 'count(DISTINCT f.customer_id)' };
const CATEGORY = "CASE WHEN f.product IS NULL THEN 'none' ELSE coalesce(p.category, 'unknown') END";
const CURRENCY = column('currency', 'Currency of the amounts');
const sum = (name: string, summary: string): Measure => ({ summary, sql: `sum(f.${name})` });

const selling: Record<string, Dimension> = {
  ...timeOf('f.occurred_at'), ...who('c'), currency: CURRENCY, channel: column('channel', 'Way of sale'), place: column('place', 'Place of sale'), kind: column('kind', 'Purchase, return or correction'),
};

export const CUBES: Readonly<Record<string, Cube>> = {
  purchases: {
    summary: 'What was bought, net of returns and corrections, each on its own day.',
    from: 'fact_purchase',
    measures: {
      amount: { ...sum('amount', 'Minor units'), money: true },
      purchases: sum('purchases', 'Purchases that stand'),
      units: sum('units', 'Units'),
      average_amount: { summary: 'Minor units for each purchase that stands', sql: 'sum(f.amount) / nullif(sum(f.purchases), 0)', money: true },
      customers: CUSTOMERS,
    },
    dimensions: selling,
    anything: 'sum(f.purchases) <> 0 OR sum(f.amount) <> 0',
    events: 'f.event_id',
  },
  products: {
    summary: 'What was bought, by product; what no item says (a total without items, an item without an amount, money that went back) is of the product none, so that amounts come to those of purchases.',
    from: 'fact_purchase_part',
    measures: {
      units: sum('units', 'Units'),
      amount: { ...sum('amount', 'Minor units'), money: true },
      purchases: { summary: 'Purchases with the product', sql: 'count(DISTINCT f.purchase_id)' },
      customers: CUSTOMERS,
    },
    dimensions: { ...selling, product: { summary: 'Product; none: of no product that was said', sql: "coalesce(f.product, 'none')" }, category: { summary: 'Category of the product: series or kind of the offering; unknown: no offering has its id or name; none: of no product that was said', sql: CATEGORY, joins: ['product'] } },
    anything: 'sum(f.units) <> 0 OR sum(f.amount) <> 0',
    events: 'f.event_id',
  },
  interactions: {
    summary: 'Contacts with customers, at the time at which they took place.',
    from: 'fact_interaction',
    measures: {
      interactions: sum('interactions', 'Interactions'),
      sentiment: { summary: 'Mean sentiment, −2 to 2, of those that have one', sql: 'sum(f.interactions * f.sentiment) / nullif(sum(f.interactions) FILTER (f.sentiment IS NOT NULL), 0)' },
      duration_seconds: { summary: 'Seconds', sql: 'sum(f.interactions * f.duration_seconds)' },
      customers: CUSTOMERS,
    },
    dimensions: { ...timeOf('f.occurred_at'), ...who('c'), channel: column('channel', 'Channel'), direction: column('direction', 'Inbound or outbound') },
    anything: 'sum(f.interactions) <> 0',
    events: 'f.event_id',
  },
  stage_changes: {
    summary: 'Changes of the stage in the life cycle.',
    from: 'fact_stage_change',
    measures: { changes: { summary: 'Changes', sql: 'count(*)' }, customers: CUSTOMERS },
    dimensions: { ...timeOf('f.changed_at'), ...who('c'), from_stage: column('from_stage', 'Stage before; null for the first'), to_stage: column('to_stage', 'Stage after'), rule: column('rule', 'Rule of the policy'), policy_version: column('policy_version', 'Version of the policy') },
    anything: 'count(*) > 0',
    events: 'unnest(f.evidence)',
  },
  customers: {
    summary: 'Customers that are registered, as they are at the moment of the question.',
    from: 'dim_customer',
    measures: { customers: { summary: 'Customers', sql: 'count(*)' }, key_accounts: { summary: 'Key accounts', sql: 'count(*) FILTER (f.key_account)' }, blacklisted: { summary: 'Customers on the blacklist', sql: 'count(*) FILTER (f.blacklisted)' } },
    dimensions: { ...timeOf('f.registered_at'), ...who('f') },
    anything: 'count(*) > 0',
    events: null,
  },
};
