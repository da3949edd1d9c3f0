import type { Schema } from '../model/analytical-database.js';
import type { Source } from '../model/table.js';
import { customerSource } from './customers.js';
import { interactionSource } from './interactions.js';
import { offeringSource } from './offerings.js';
import { purchaseSource } from './purchases.js';
import { stageSource } from './stage-changes.js';

export const sources: readonly Source[] = [customerSource, offeringSource, purchaseSource, interactionSource, stageSource];

/** Raised when a table or what goes into it changes: the warehouse is filled anew then. */
const VERSION = 4;

/** Every day between the first and the last fact, so that a month without a sale is a row, too. */
const DIM_TIME = `
  SELECT CAST(day AS DATE) AS day, year(day) AS year, quarter(day) AS quarter, month(day) AS month, strftime(day, '%Y-%m') AS year_month,
    strftime(day, '%G-W%V') AS iso_week, isodow(day) AS weekday
  FROM (
    SELECT unnest(generate_series(min(day), max(day), INTERVAL 1 DAY)) AS day
    FROM (SELECT date_trunc('day', occurred_at) AS day FROM fact_purchase UNION ALL SELECT date_trunc('day', occurred_at) FROM fact_interaction
      UNION ALL SELECT date_trunc('day', changed_at) FROM fact_stage_change)
  )`;

/** Purchases name a product by the id of the offering or in words. */
const DIM_PRODUCT = `
  SELECT p.product, p.first_sold_on, p.last_sold_on, coalesce(min(i.category), min(n.category)) AS category
  FROM (
    SELECT product, CAST(min(occurred_at) AS DATE) AS first_sold_on, CAST(max(occurred_at) AS DATE) AS last_sold_on
    FROM fact_purchase_line WHERE units > 0 GROUP BY product
  ) AS p LEFT JOIN dim_offering AS i ON i.offering_id = p.product LEFT JOIN dim_offering AS n ON n.name = p.product
  GROUP BY p.product, p.first_sold_on, p.last_sold_on`;

/** Lines, and of each posting what they leave of its money, so that parts come to postings. A correction has two: what it takes back, and what it says. */
const FACT_PURCHASE_PART = `
  SELECT event_id, event_position, purchase_id, customer_id, occurred_at, recorded_at, kind, channel, place, product, units, amount, currency FROM fact_purchase_line
  UNION ALL
  SELECT f.event_id, f.event_position, f.purchase_id, f.customer_id, f.occurred_at, f.recorded_at, f.kind, f.channel, f.place, NULL, CASE WHEN l.event_id IS NULL THEN f.units END,
    f.amount - coalesce(l.amount, 0), f.currency
  FROM fact_purchase AS f LEFT JOIN (
    SELECT event_id, sign(units) AS side, CAST(sum(amount) AS BIGINT) AS amount FROM fact_purchase_line GROUP BY ALL
  ) AS l ON l.event_id = f.event_id AND l.side = CASE f.kind WHEN 'purchase' THEN 1 WHEN 'return' THEN -1 ELSE f.purchases END
  WHERE l.event_id IS NULL OR f.amount <> coalesce(l.amount, 0)`;

const DIM_CHANNEL = `
  SELECT channel, bool_or(sells) AS sells, bool_or(NOT sells) AS talks
  FROM (SELECT channel, true AS sells FROM fact_purchase UNION ALL SELECT channel, false FROM fact_interaction)
  WHERE channel IS NOT NULL GROUP BY channel`;

const CUSTOMER_STAGE = `
  SELECT customer_id, arg_max(to_stage, changed_at) AS stage, max(changed_at) AS since FROM fact_stage_change GROUP BY customer_id`;

export const schema: Schema = {
  version: VERSION,
  tables: sources.flatMap(({ tables }) => tables),
  derived: [
    { name: 'dim_time', summary: 'Every day from the first fact to the last, with its month, quarter, year and ISO week.', sql: DIM_TIME },
    { name: 'dim_product', summary: 'Every product that was sold, with the category of the offering of this id or name; null where there is none.', sql: DIM_PRODUCT },
    { name: 'fact_purchase_part', summary: 'Lines of postings, and what is of no line: their amounts come to those of fact_purchase. Without a product: money that is said of none.', sql: FACT_PURCHASE_PART },
    { name: 'dim_channel', summary: 'Every channel, and whether it was sold or talked on.', sql: DIM_CHANNEL },
    { name: 'customer_stage', summary: 'The stage of each customer at the moment of the question, and since when.', sql: CUSTOMER_STAGE },
  ],
};
