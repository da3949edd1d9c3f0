import { describe, expect, it } from '@jest/globals';
import { areaUnderCurve, brierScore, fitLogistic, groupsOf, probabilityOf, standardisationOf, standardised, type LogisticFit } from './index.js';

const rows = [[-1.2, 0.3], [-0.4, -1], [0.1, 0.9], [0.5, -0.2], [0.9, 1.4], [1.6, -1.1], [-1.5, 0.2], [0.2, 0.1]];
const labels = [0, 0, 1, 0, 1, 1, 0, 1] as const;

/** Written down once more, from the definition. */
function likelihood({ intercept, coefficients }: Pick<LogisticFit, 'intercept' | 'coefficients'>, lambda: number): number {
  const sum = rows.reduce((total, row, at) => {
    const p = 1 / (1 + Math.exp(-(intercept + coefficients[0]! * row[0]! + coefficients[1]! * row[1]!)));
    return total + Math.log(labels[at] ? p : 1 - p);
  }, 0);
  return sum - (lambda / 2) * coefficients.reduce((total, each) => total + each * each, 0);
}

describe('a logistic regression', () => {
  it.each([0.01, 1, 10])('is where the penalised likelihood is highest (λ = %d)', (lambda) => {
    const fit = fitLogistic(rows, labels, lambda) as LogisticFit;
    const best = likelihood(fit, lambda);
    for (const [a, b, c] of [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]] as const) {
      expect(likelihood({ intercept: fit.intercept + a * 1e-3, coefficients: [fit.coefficients[0]! + b * 1e-3, fit.coefficients[1]! + c * 1e-3] }, lambda)).toBeLessThan(best);
    }
    expect(fit.standardErrors.every((error) => error > 0)).toBe(true);
  });

  it('gives as many as there were, together, for the intercept is not penalised', () => {
    const fit = fitLogistic(rows, labels, 1) as LogisticFit;
    expect(rows.reduce((sum, row) => sum + probabilityOf(fit, row), 0)).toBeCloseTo(4, 8);
  });

  it('is finite where the features part the two completely', () => {
    const fit = fitLogistic([[-1], [-1], [1], [1]], [0, 0, 1, 1], 0.1) as LogisticFit;
    expect(Number.isFinite(fit.coefficients[0])).toBe(true);
  });

  it('says why there is none', () => {
    expect(fitLogistic([], [], 1)).toEqual({ because: 'nobody is there to learn from' });
    expect(fitLogistic([[1], [2]], [1, 1], 1)).toEqual({ because: 'it happened to everybody' });
    expect(fitLogistic([[1], [2]], [0, 0], 1)).toEqual({ because: 'it happened to nobody' });
  });
});

describe('scores of predictions', () => {
  it('are the share of pairs in the right order, and the mean square', () => {
    const scored = [{ probability: 0.9, label: 1 }, { probability: 0.4, label: 1 }, { probability: 0.4, label: 0 }, { probability: 0.1, label: 0 }] as const;
    expect(areaUnderCurve(scored)).toBe(3.5 / 4);
    expect(brierScore(scored)).toBeCloseTo((0.01 + 0.36 + 0.16 + 0.01) / 4, 12);
    expect([areaUnderCurve([]), brierScore([]), areaUnderCurve([{ probability: 1, label: 1 }])]).toEqual([null, null, null]);
  });
});

describe('groups', () => {
  const points = [[0, 0], [0.1, 0], [5, 5], [5.1, 5], [9, 0], [9, 0.1]];

  it('are those that lie together, and the same for the same seed', () => {
    const { groupOf, converged, withinSquares } = groupsOf(points, 3, 7);
    expect([groupOf[0] === groupOf[1], groupOf[2] === groupOf[3], groupOf[4] === groupOf[5], new Set(groupOf).size]).toEqual([true, true, true, 3]);
    expect([converged, withinSquares]).toEqual([true, expect.closeTo(0.015, 6)]);
    expect(groupsOf(points, 3, 7)).toEqual(groupsOf(points, 3, 7));
  });

  it('are of columns of one scale; a column of equal values says nothing', () => {
    const scale = standardisationOf([[1, 5], [3, 5]]);
    expect([standardised([1, 5], scale), standardised([3, 9], scale)]).toEqual([[-1, 0], [1, 0]]);
  });
});
