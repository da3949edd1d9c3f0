import { init, use, type EChartsCoreOption } from 'echarts/core';
import { HeatmapChart, LineChart, SankeyChart, ScatterChart } from 'echarts/charts';
import { GridComponent, VisualMapComponent } from 'echarts/components';
import { SVGRenderer } from 'echarts/renderers';
import type { Bin, CohortMonth, Flow, ScoreCell } from './figures.js';

use([HeatmapChart, LineChart, SankeyChart, ScatterChart, GridComponent, VisualMapComponent, SVGRenderer]);

const WIDTH = 900;
const HEIGHT = 420;
const ROW_HEIGHT = 22;
const BLUES = ['#f2f7fc', '#9ec5e8', '#2b6cb0', '#12355b'];
const COLOURS = ['#2b6cb0', '#c05621', '#2f855a', '#6b46c1', '#b83280', '#718096', '#d69e2e', '#319795', '#702459'];
const PERCENT = { formatter: (share: number) => `${Math.round(share * 100)} %` };

/** Customers from their stages then to their stages now. */
export function flowChart(flow: readonly Flow[]): string {
  const [then, now] = [(stage: string) => `${stage} · then`, (stage: string) => `${stage} · now`];
  const stages = [...new Set(flow.flatMap(({ from, to }) => [from, to]))].sort();
  const colourOf = (stage: string) => COLOURS[stages.indexOf(stage) % COLOURS.length];
  const names = new Set(flow.flatMap(({ from, to }) => [then(from), now(to)]));
  return drawn({
    color: COLOURS,
    series: [{
      type: 'sankey', left: 20, right: 170, top: 20, bottom: 20, nodeWidth: 18, nodeGap: 12, draggable: false, lineStyle: { color: 'gradient', opacity: 0.35 }, label: { fontSize: 12 },
      data: [...names].map((name) => ({ name, depth: name.endsWith('then') ? 0 : 1, itemStyle: { color: colourOf(name.split(' · ')[0]!) } })),
      links: flow.map(({ from, to, customers }) => ({ source: then(from), target: now(to), value: customers })),
    }],
  });
}

/** A line for each month of first purchases; how many of them bought in the months after. */
export function cohortChart(rows: readonly CohortMonth[]): string {
  const ages = Math.max(...rows.map(({ month }) => month)) + 1;
  const cohorts = [...new Map(rows.map(({ cohort, customers }) => [cohort, customers]))];
  const order = new Map(cohorts.map(([cohort], index) => [cohort, index]));
  const cells = rows.map(({ cohort, month, share }) => [month, order.get(cohort)!, share]);
  return drawn({
    grid: { left: 120, right: 20, top: 20, bottom: 80 },
    xAxis: { type: 'category', data: Array.from({ length: ages }, (_, age) => String(age)), name: 'months since the first purchase', nameLocation: 'middle', nameGap: 26 },
    yAxis: { type: 'category', inverse: true, data: cohorts.map(([cohort, customers]) => `${cohort} (${customers})`) },
    visualMap: { text: ['many', 'few'], min: 0, max: Math.max(0.01, ...cells.filter(([age]) => age! > 0).map(([, , share]) => share!)), orient: 'horizontal', left: 'center', bottom: 0, inRange: { color: BLUES }, ...PERCENT },
    series: [{ type: 'heatmap', data: cells, label: { show: ages <= 24, formatter: ({ value }: { value: number[] }) => `${Math.round(value[2]! * 100)}` } }],
  }, Math.max(HEIGHT, 140 + cohorts.length * ROW_HEIGHT));
}

/** Against the diagonal, on which all would spend the same. */
export function lorenzChart(points: readonly (readonly [number, number])[], currency: string): string {
  const axis = (name: string) => ({ type: 'value', min: 0, max: 1, name, nameLocation: 'middle', nameGap: 34, axisLabel: PERCENT });
  return drawn({
    color: COLOURS,
    grid: { left: 80, right: 30, top: 20, bottom: 60 },
    xAxis: axis('share of customers, those who spent least first'),
    yAxis: axis(`share of what was spent in ${currency}`),
    series: [
      { type: 'line', showSymbol: false, areaStyle: { opacity: 0.15 }, data: points },
      { type: 'line', showSymbol: false, lineStyle: { type: 'dashed', color: '#718096' }, data: [[0, 0], [1, 1]] },
    ],
  });
}

/** Customers in each pair of scores. */
export function rfmChart(rfm: readonly ScoreCell[]): string {
  const scores = Array.from({ length: Math.max(...rfm.flatMap(({ recency, frequency }) => [recency, frequency])) }, (_, index) => String(index + 1));
  return drawn({
    grid: { left: 80, right: 20, top: 20, bottom: 90 },
    xAxis: { type: 'category', data: scores, name: 'frequency score (the highest: most often)', nameLocation: 'middle', nameGap: 26 },
    yAxis: { type: 'category', data: scores, name: 'recency score (the highest: latest)', nameLocation: 'middle', nameGap: 34 },
    visualMap: { text: ['many', 'few'], min: 0, max: Math.max(1, ...rfm.map(({ customers }) => customers)), orient: 'horizontal', left: 'center', bottom: 0, inRange: { color: BLUES } },
    series: [{ type: 'heatmap', label: { show: true }, data: rfm.map(({ recency, frequency, customers }) => [frequency - 1, recency - 1, customers]) }],
  });
}

/** Of those of whom about the same was foretold, what happened. @param most of what can be foretold, 1 for probabilities */
export function calibrationChart(bins: readonly Bin[], most = Math.max(...bins.flatMap(({ predicted, observed }) => [predicted, observed]), 0.01)): string {
  const axis = (name: string) => ({ type: 'value', min: 0, max: most, name, nameLocation: 'middle', nameGap: 34, ...(most === 1 && { axisLabel: PERCENT }) });
  const largest = Math.max(...bins.map(({ customers }) => customers));
  return drawn({
    color: COLOURS,
    grid: { left: 80, right: 30, top: 20, bottom: 60 },
    xAxis: axis('predicted'), yAxis: axis('observed'),
    series: [
      { type: 'line', data: bins.map(({ predicted, observed }) => [predicted, observed]), showSymbol: false },
      { type: 'scatter', data: bins.map(({ predicted, observed, customers }) => [predicted, observed, customers]), symbolSize: ([, , customers]: number[]) => 8 + 22 * Math.sqrt(customers! / largest) },
      { type: 'line', showSymbol: false, lineStyle: { type: 'dashed', color: '#718096' }, data: [[0, 0], [most, most]] },
    ],
  });
}

/** As SVG, without a browser. */
function drawn(option: EChartsCoreOption, height = HEIGHT): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'system-ui, sans-serif' }, ...option });
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
