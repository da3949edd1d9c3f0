import escape from 'escape-html';
import { calibrationChart, cohortChart, flowChart, lorenzChart, rfmChart } from './charts.js';
import { churnBinsIn, cohortsIn, flowsIn, forecastBinsIn, lorenzIn, scoreCellsIn, type Answered, type Bin, type ReportData } from './figures.js';

interface Section {
  title: string;
  says: string;
  /** Null where there is nothing to draw; the notes say why. Missing where a table says it all. */
  svg?: string | null;
  table: { head: readonly string[]; rows: readonly (readonly unknown[])[] };
  source: Answered;
}

const STYLE = `
  body { font: 15px/1.5 system-ui, sans-serif; color: #1a202c; max-width: 940px; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.6rem } h2 { font-size: 1.2rem; margin-top: 2.5rem; border-top: 1px solid #e2e8f0; padding-top: 1rem }
  svg { max-width: 100%; height: auto } .source, .note { color: #4a5568; font-size: 0.85rem }
  table { border-collapse: collapse; font-size: 0.85rem } td, th { border: 1px solid #e2e8f0; padding: 0.15rem 0.5rem; text-align: right } td:first-child, th:first-child, .board td, .board th { text-align: left } .board td:nth-child(3), .board th:nth-child(3) { text-align: right }
  @media print { h2 { break-before: page } details { display: none } }`;

/** One file of HTML: charts as SVG, numbers as tables, no script and nothing to load. */
export function reportPage(data: ReportData): string {
  const { now } = data.seven_p;
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

function sectionsOf(data: ReportData): Section[] {
  return [boardSection(data.seven_p), flowSection(data.stage_transitions), cohortSection(data.cohorts), lorenzSection(data.pyramid), rfmSection(data.rfm), churnSection(data.churn_risk), forecastSection(data.calibration)];
}

function boardSection(source: Answered): Section {
  const rows = source.rows as readonly Readonly<Record<string, string | number | null>>[];
  return { title: 'The seven P', says: 'Each side of the business, and where more is said of it.', source, table: { head: ['side', 'figure', 'value', 'unit', 'more'], rows: rows.map(({ p, figure: name, value, unit, from }) => [p, name, value === null ? 'not known' : shownValue(value!), unit ?? '', from]) } };
}

function flowSection(source: Answered): Section {
  const flow = flowsIn(source);
  return {
    title: 'Life-cycle flow', says: `Customers by the stage in which they were on ${(source.from ?? '').slice(0, 10)}, and are now.`, svg: flow.length > 0 ? flowChart(flow) : null, source,
    table: { head: ['from', 'to', 'customers'], rows: flow.map(({ from, to, customers }) => [from, to, customers]) },
  };
}

function cohortSection(source: Answered): Section {
  const rows = cohortsIn(source);
  const cohorts = [...new Map(rows.map(({ cohort, customers }) => [cohort, customers]))];
  const sharesOf = (of: string) => rows.filter(({ cohort }) => cohort === of).map(({ share }) => `${Math.round(share * 100)} %`).join(' ');
  return {
    title: 'Cohorts', says: 'Of the customers who first bought in a month, the share that bought so many months later, in %.', svg: rows.length > 0 ? cohortChart(rows) : null, source,
    table: { head: ['first purchase', 'customers', 'by months since'], rows: cohorts.map(([cohort, customers]) => [cohort, customers, sharesOf(cohort)]) },
  };
}

function lorenzSection(source: Answered): Section {
  const [points, { gini, currency }] = [lorenzIn(source), source.summary as { gini?: number | null; currency?: string }];
  return {
    title: 'Lorenz curve', says: typeof gini === 'number' ? `How unequally customers spend in ${currency}: Gini ${gini.toFixed(3)}.` : 'How unequally customers spend.', svg: points.length > 0 ? lorenzChart(points, currency ?? '') : null, source,
    table: { head: ['share of customers', 'share of amount'], rows: points.filter(([share]) => isTenth(share)).map(([one, other]) => [percent(one), percent(other)]) },
  };
}

function rfmSection(source: Answered): Section {
  const [cells, { currency }] = [scoreCellsIn(source), source.summary as { currency?: string | null }];
  return {
    title: 'Recency and frequency', says: `Customers by their scores; equal values have equal scores. Mean amounts are minor units${currency ? ` of ${currency}` : ''}.`, svg: cells.length > 0 ? rfmChart(cells) : null, source,
    table: { head: ['recency', 'frequency', 'customers', 'mean amount'], rows: cells.map((cell) => [cell.recency, cell.frequency, cell.customers, Math.round(cell.meanAmount)]) },
  };
}

interface ChurnSummary {
  horizonDays?: number;
  learntAsOf?: string;
  crossValidated?: { areaUnderCurve: number | null; brierScore: number | null };
}

function churnSection(source: Answered): Section {
  const bins = churnBinsIn(source);
  const { crossValidated: checked, horizonDays = 0, learntAsOf = '' } = source.summary as ChurnSummary;
  return {
    title: 'Calibration of churn', source, svg: bins.length > 0 ? calibrationChart(bins, 1) : null, table: binsTable(bins, percent),
    says: checked ? `Predicted and observed shares of customers who did not come back in ${Math.round(horizonDays)} days after ${learntAsOf.slice(0, 10)}; each was predicted by a model that had not seen them. Area under the curve ${figure(checked.areaUnderCurve)}, Brier score ${figure(checked.brierScore)}.` : 'Whether probabilities are what they say.',
  };
}

function forecastSection(source: Answered): Section {
  const bins = forecastBinsIn(source);
  return { title: 'Recorded predictions', says: 'What was foretold of customers, on average, and what they did: the predictions on record whose time is over.', source, svg: bins.length > 0 ? calibrationChart(bins) : null, table: binsTable(bins, rounded) };
}

const binsTable = (bins: readonly Bin[], shownAs: (value: number) => string) => ({ head: ['predicted', 'observed', 'customers'], rows: bins.map((bin) => [shownAs(bin.predicted), shownAs(bin.observed), bin.customers]) });

function shown({ title, says, svg, table: { head, rows }, source }: Section): string {
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${escape(String(cell))}</td>`).join('')}</tr>`).join('');
  const notes = source.notes.map((note) => `<p class="note">${escape(note)}</p>`).join('');
  const numbers = rows.length === 0 ? '' : `<details${svg === undefined ? ' open' : ''}><summary>Numbers</summary><table${svg === undefined ? ' class="board"' : ''}><thead><tr>${head.map((cell) => `<th>${escape(cell)}</th>`).join('')}</tr></thead><tbody>${body}</tbody></table></details>`;
  return `<section>
<h2>${escape(title)}</h2>
<p>${escape(says)}</p>
${svg === undefined ? '' : (svg ?? '<p class="note">There is nothing to draw.</p>')}
${notes}
${numbers}
<p class="source">${escape(source.analysis)}, version ${source.version}, as of ${escape(source.now)}${source.position === undefined ? '' : `, position ${source.position}`}.</p>
</section>`;
}

/** Every tenth of all: the curve has more points than anybody wants to read. */
const isTenth = (share: number): boolean => Math.abs(share * 10 - Math.round(share * 10)) < 1e-9;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const shownValue = (value: number | string): string => (typeof value === 'number' ? rounded(value) : value);
/** As many digits as mean something, and no less than the whole part. */
const rounded = (value: number): string => (Number.isInteger(value) || Math.abs(value) >= 1_000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(4))));
const figure = (value: number | null): string => (value === null ? 'not known' : value.toFixed(3));
