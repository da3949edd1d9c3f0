import plot, { type Coordinates } from 'simple-ascii-chart';
import { type Plot } from '#event-sourcing';
import { digitsOf } from './digits.js';

const WIDTH = 72;
const HEIGHT = 14;
const BAR = 48;
/** More would run into one another. */
const TICKS_AT_MOST = 9;

type Point = readonly [x: number, y: number];

/** A plot for a terminal: lines over numbers, bars over names. */
export function plotted({ title, kind, series, x, y }: Plot): string {
  if (kind === 'bar' || series.some(({ points }) => points.some(([at]) => typeof at === 'string'))) return `${title}\n${series.map(bars).join('\n')}`;
  const drawn = series.map(({ name, points }) => ({ name, points: points.filter((point): point is Point => point[1] !== null) })).filter(({ points }) => points.length > 1);
  if (drawn.length === 0) return `${title}\nThere are not two points to draw a line between.`;
  const all = [...new Set(drawn.flatMap(({ points }) => points.map(([at]) => at)))].sort((one, other) => one - other);
  // The chart knows steps only: a straight line has a point wherever another has one.
  const lines = drawn.map(({ points }) => alongside(points, all));
  return plot(lines.length === 1 ? (lines[0] as Coordinates) : (lines), {
    title, width: WIDTH, height: HEIGHT, ...(x !== undefined && { xLabel: x }), ...(y !== undefined && { yLabel: y }), ...(all.length > TICKS_AT_MOST && { customXAxisTicks: ticksOf(all) }),
    ...(lines.length > 1 && { legend: { position: 'bottom', series: drawn.map(({ name }) => name) } }),
  });
}

/** The line with a point at each of these places that lies within it. */
function alongside(points: readonly Point[], all: readonly number[]): [number, number][] {
  let next = 0;
  return all.filter((at) => at >= points[0]![0] && at <= points.at(-1)![0]).map((at) => {
    while (points[next]![0] < at) next++;
    const [[before, low], [after, high]] = [points[Math.max(0, next - 1)]!, points[next]!];
    return [at, after === at ? high : low + ((high - low) * (at - before)) / (after - before)];
  });
}

function ticksOf(all: readonly number[]): number[] {
  return Array.from({ length: TICKS_AT_MOST }, (_, index) => all[Math.round((index * (all.length - 1)) / (TICKS_AT_MOST - 1))]!);
}

function bars({ name, points }: Plot['series'][number]): string {
  const most = Math.max(...points.map(([, value]) => Math.abs(value ?? 0)), Number.MIN_VALUE);
  const label = Math.max(...points.map(([at]) => String(at).length), 0);
  const lines = points.map(([at, value]) => `${String(at).padStart(label)} ${value === null ? '' : '█'.repeat(Math.round((Math.abs(value) / most) * BAR))} ${value === null ? '–' : digitsOf(value)}`);
  return [...(name === '' ? [] : [name]), ...lines].join('\n');
}
