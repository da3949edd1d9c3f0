import { describe, expect, it } from '@jest/globals';
import { validateSync } from 'class-validator';
import { IsPercent } from './fields.js';

class Asked {
  @IsPercent() percent: unknown;
}

const problems = (percent: unknown) => validateSync(Object.assign(new Asked(), { percent })).flatMap(({ constraints }) => Object.values(constraints!));

describe('a percentage', () => {
  it.each([0, 5, 12.3456, 100])('may be %d', (percent) => expect(problems(percent)).toEqual([]));
  it.each([12.34567, 1e-7, 5e-324])('of %d has too many decimals', (percent) => expect(problems(percent)).toEqual(['percent must have 4 decimals at the most']));
  it.each([-1, 101, 1e21, NaN, '5'])('is not %p', (percent) => expect(problems(percent)).not.toEqual([]));
});
