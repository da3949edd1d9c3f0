import { describe, expect, it } from '@jest/globals';
import { IsInt, IsString, Min, validateSync } from 'class-validator';
import { validateCommand } from './validation.js';

class Named {
  @IsString()
  name!: string;
}

class Aged extends Named {
  @IsInt()
  @Min(18, { groups: ['adults'] })
  age!: number;
}

const given = <T extends object>(type: new () => T, fields: object): T => Object.assign(new type(), fields);

describe('the rules of a class', () => {
  it('are its own and those it inherits, each time it is validated', () => {
    for (let time = 0; time < 3; time++) {
      expect(() => validateCommand(given(Aged, { name: 5, age: 40 }))).toThrow('name must be a string');
      expect(() => validateCommand(given(Aged, { name: 'Ann', age: 40.5 }))).toThrow('age must be an integer');
      expect(() => validateCommand(given(Aged, { name: 'Ann', age: 40 }))).not.toThrow();
    }
  });

  it('are not those of a class that inherits from it', () => {
    expect(() => validateCommand(given(Named, { name: 'Ann' }))).not.toThrow();
    expect(() => validateCommand(given(Named, { name: 'Ann', age: 40 }))).toThrow('property age should not exist');
  });

  it('still depend on the groups that a validation names', () => {
    const child = given(Aged, { name: 'Ann', age: 7 });
    expect(validateSync(child, { groups: ['adults'] })).toHaveLength(1);
    expect(validateSync(child, { groups: ['children'], forbidUnknownValues: false })).toHaveLength(0);
    expect(validateSync(child, { groups: ['adults'] })).toHaveLength(1);
  });
});
