import escape from 'escape-html';
import { calibrationChart, cohortChart, flowChart, lorenzChart, rfmChart } from './charts.js';
import type { ChurnSummary, CustomerFigures } from './figures.js';

interface Answered<Summary> {
  analysis: string;
  version: number;
  now: string;
  position?: number;
  summary: Summary;
  notes: readonly string[];
}

export interface ReportData {
  customers: Answered<CustomerFigures>;
  churn: Answered<ChurnSummary>;
}

interface Section {
  title: string;
  says: string;
  /** Null where there is nothing to draw; the notes say why. */
  svg: string | null;
  table: { head: readonly string[]; rows: readonly (readonly unknown[])[] };
  source: Answered<unknown>;
}

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; color: #1a202c; max-width: 940px; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2.5rem; border-top: 1px solid #e2e8f0; padding-top: 1rem }
  svg { max-width: 100%; height: auto } .source, .note { color: #4a5568; font-size: 0.85rem }
  table { border-collapse: collapse; font-size: 0.85rem } td, th { border: 1px solid #e2e8f0; padding: 0.15rem 0.5rem; text-align: right } td:first-child, th:first-child { text-align: left }
  @media print { h2 { break-before: page } details { display: none } }`;

/** One file of HTML: charts as SVG, numbers as tables, no script and nothing to load. */
export function reportPage(data: ReportData): string {
  const { now } = data.customers;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Customers as of ${escape(now.slice(0, 10))}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Customers as of ${escape(now)}</h1>
${sectionsOf(data).map(shown).join('\n')}
</body>
</html>
`;
}

function sectionsOf({ customers, churn }: ReportData): Section[] {
  return [flowSection(customers), cohortSection(customers), lorenzSection(customers), rfmSection(customers), calibrationSection(churn)];
}

function flowSection(source: Answered<CustomerFigures>): Section {
  const { flow, then } = source.summary;
  return {
    title: 'Life-cycle flow', says: `Customers by the stage in which they were on ${then.slice(0, 10)}, and are now.`, svg: flow.length > 0 ? flowChart(source.summary) : null, source,
    table: { head: ['from', 'to', 'customers'], rows: flow.map((each) => [each.from ?? '(not a customer)', each.to, each.customers]) },
  };
}

function cohortSection(source: Answered<CustomerFigures>): Section {
  const { cohorts } = source.summary;
  return {
    title: 'Cohorts', says: 'Of the customers who first bought in a month, the share that bought so many months later, in %.', svg: cohorts.length > 0 ? cohortChart(source.summary) : null, source,
    table: { head: ['first purchase', 'customers', 'by months since'], rows: cohorts.map(({ month, customers, shares }) => [month, customers, shares.map((share) => `${Math.round(share * 100)} %`).join(' ')]) },
  };
}

function lorenzSection(source: Answered<CustomerFigures>): Section {
  const { lorenz } = source.summary;
  return {
    title: 'Lorenz curve', says: lorenz ? `How unequally customers spend in ${lorenz.currency}: Gini ${lorenz.gini.toFixed(3)}.` : 'How unequally customers spend.', svg: lorenz && lorenzChart(lorenz), source,
    table: { head: ['share of customers', 'share of amount'], rows: (lorenz?.points ?? []).filter((_, index) => index % 10 === 0).map(([one, other]) => [percent(one), percent(other)]) },
  };
}

function rfmSection(source: Answered<CustomerFigures>): Section {
  const { rfm, currency } = source.summary;
  return {
    title: 'Recency and frequency', says: `Customers by quintiles; equal values have equal scores. Mean amounts are minor units${currency === null ? '' : ` of ${currency}`}.`, svg: rfm.length > 0 ? rfmChart(source.summary) : null, source,
    table: { head: ['recency', 'frequency', 'customers', 'mean amount'], rows: rfm.map((cell) => [cell.recency, cell.frequency, cell.customers, Math.round(cell.meanAmount)]) },
  };
}

function calibrationSection(source: Answered<ChurnSummary>): Section {
  const { crossValidated: checked, horizonDays = 0, learntAsOf = '' } = source.summary;
  const bins = checked?.calibration ?? [];
  return {
    title: 'Calibration of churn', source, svg: checked && bins.length > 0 ? calibrationChart(checked) : null,
    says: checked ? `Predicted and observed shares of customers who did not come back in ${Math.round(horizonDays)} days after ${learntAsOf.slice(0, 10)}; each was predicted by a model that had not seen them. Area under the curve ${figure(checked.areaUnderCurve)}, Brier score ${figure(checked.brierScore)}.` : 'Whether probabilities are what they say.',
    table: { head: ['predicted', 'observed', 'customers'], rows: bins.map((bin) => [percent(bin.predicted), percent(bin.observed), bin.customers]) },
  };
}

function shown({ title, says, svg, table: { head, rows }, source }: Section): string {
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escape(String(cell))}</td>`).join('')}</tr>`).join('');
  const notes = source.notes.map((note) => `<p class="note">${escape(note)}</p>`).join('');
  const numbers = rows.length === 0 ? '' : `<details><summary>Numbers</summary><table><thead><tr>${head.map((cell) => `<th>${escape(cell)}</th>`).join('')}</tr></thead><tbody>${body}</tbody></table></details>`;
  return `<section>
<h2>${escape(title)}</h2>
<p>${escape(says)}</p>
${svg ?? '<p class="note">There is nothing to draw.</p>'}
${notes}
${numbers}
<p class="source">${escape(source.analysis)}, version ${source.version}, as of ${escape(source.now)}${source.position === undefined ? '' : `, position ${source.position}`}.</p>
</section>`;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const figure = (value: number | null): string => (value === null ? 'not known' : value.toFixed(3));
