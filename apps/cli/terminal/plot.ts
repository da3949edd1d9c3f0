import plot, { type Coordinates } from 'simple-ascii-chart';
import { type Plot } from '#event-sourcing';

const WIDTH = 72;
const HEIGHT = 14;
const BAR = 48;

/** A plot for a terminal: lines over numbers, bars over names. */
export function plotted({ title, kind, series, x, y }: Plot): string {
  if (kind === 'bar' || series.some(({ points }) => points.some(([at]) => typeof at === 'string'))) return `${title}\n${series.map(bars).join('\n')}`;
  const drawn = series.map(({ points }) => points.filter((point): point is readonly [number, number] => point[1] !== null).map(([at, value]): [number, number] => [at, value]));
  const shown = drawn.filter((points) => points.length > 1);
  if (shown.length === 0) return `${title}\nThere are not two points to draw a line between.`;
  return plot(shown.length === 1 ? (shown[0] as Coordinates) : shown, {
    title, width: WIDTH, height: HEIGHT, ...(x !== undefined && { xLabel: x }), ...(y !== undefined && { yLabel: y }),
    ...(shown.length > 1 && { legend: { position: 'bottom', series: series.map(({ name }) => name) } }),
  });
}

function bars({ name, points }: Plot['series'][number]): string {
  const most = Math.max(...points.map(([, value]) => Math.abs(value ?? 0)), Number.MIN_VALUE);
  const label = Math.max(...points.map(([at]) => String(at).length), 0);
  const lines = points.map(([at, value]) => `${String(at).padStart(label)} ${value === null ? '' : '█'.repeat(Math.round((Math.abs(value) / most) * BAR))} ${value ?? '–'}`);
  return [...(name === '' ? [] : [name]), ...lines].join('\n');
}
