import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { plotted } from './plot.js';

const linesOf = (text: string) => stripVTControlCharacters(text).split('\n');

describe('A plot in a terminal', () => {
  it('draws a straight line beside one of many points as a diagonal, not as a step', () => {
    const curve = Array.from({ length: 21 }, (_, index): [number, number] => [index / 20, (index / 20) ** 3]);
    const both = linesOf(plotted({ title: 'Lorenz', kind: 'line', series: [{ name: 'equal', points: [[0, 0], [1, 1]] }, { name: 'revenue', points: curve }] }));
    const rows = both.filter((line) => /[┏┓┗┛━┃]/.test(line));
    const middle = rows[Math.floor(rows.length / 2)]!;
    expect(middle.search(/[┏┓┗┛━┃]/)).toBeLessThan(0.7 * Math.max(...rows.map((row) => row.trimEnd().length)));
    expect(both.join('\n')).toMatch(/equal[\s\S]*revenue/);
  });

  it('has ticks that do not run into one another', () => {
    const points = Array.from({ length: 77 }, (_, index): [number, number] => [index + 1, index * index]);
    const axis = linesOf(plotted({ title: 'By week', kind: 'line', series: [{ name: 'actual', points }] })).findLast((line) => /\d/.test(line))!;
    expect(axis.trim().split(/\s+/).map(Number)).toEqual(expect.arrayContaining([1, 39, 77]));
  });

  it('writes of each bar as many digits as mean something, and a dash where nothing is known', () => {
    const bars = linesOf(plotted({ title: 'Profit', kind: 'bar', series: [{ name: '', points: [['top', 24_170_013.900000416], ['large', 0.148536274925], ['small', null]] }] }));
    expect(bars.map((line) => line.replaceAll('█', '').replace(/\s+/g, ' ').trim())).toEqual(['Profit', 'top 24170014', 'large 0.148536', 'small –']);
  });
});
