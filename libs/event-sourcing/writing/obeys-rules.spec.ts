import { describe, expect, it } from '@jest/globals';
import {
  Allow, IsArray, IsDefined, IsIn, IsInt, IsOptional, IsString, Length, Matches, Min, Validate, ValidateBy, ValidateIf, ValidateNested, validateSync,
} from 'class-validator';
import fc from 'fast-check';
import { obeysRules } from './obeys-rules.js';

class Point {
  @IsInt()
  x!: number;

  @IsOptional()
  @IsIn(['m', 'km'])
  unit?: string;
}

class Named {
  @IsString()
  @Length(2, 5)
  name!: string;
}

class IsEven {
  validate(value: unknown): boolean {
    return typeof value === 'number' && value % 2 === 0;
  }
}

class Everything extends Named {
  @Allow()
  anything?: unknown;

  @IsDefined()
  defined!: unknown;

  @ValidateNested()
  point!: Point;

  @IsArray()
  @ValidateNested({ each: true })
  path!: Point[];

  @IsOptional()
  @Matches(/^[a-z]+$/, { each: true })
  tags?: string[];

  @ValidateIf(({ name }: Everything) => name !== 'Ann')
  @Min(18, { validateIf: (_, value) => value !== 1 })
  age!: number;

  @IsOptional()
  @Validate(IsEven)
  even?: number;
}

const point = fc.oneof(
  fc.record({ x: fc.constantFrom<unknown>(1, 2, 0.5, 'one'), unit: fc.constantFrom<unknown>('m', 'mile', null, undefined) }, { requiredKeys: [] }).map((fields) => made(Point, fields)),
  fc.constantFrom<unknown>(undefined, null, 'x', 5, {}, [], { x: 1 }),
);
const points = fc.oneof(fc.array(point, { maxLength: 3 }), point, fc.array(fc.array(point, { maxLength: 2 }), { maxLength: 2 }));
const word = fc.constantFrom<unknown>('Ann', 'Bo', 'x', 'Maximilian', '', 7, null, undefined);

const everything = fc
  .record(
    {
      name: word, anything: word, defined: word, point, path: points, age: fc.constantFrom<unknown>(1, 17, 18, '20', null, undefined),
      tags: fc.oneof(fc.array(fc.constantFrom('a', 'B', 3)), word), even: fc.constantFrom<unknown>(1, 2, null, undefined), other: fc.constant(1),
    },
    { requiredKeys: [] },
  )
  .map((fields) => Object.assign(valid(), fields));

function made<T extends object>(type: new () => T, fields: object): T {
  return Object.assign(new type(), fields);
}

const valid = () => made(Everything, { name: 'Bo', defined: 0, point: made(Point, { x: 1 }), path: [made(Point, { x: 2, unit: 'm' })], age: 20 });
const foundByLibrary = (object: object) => validateSync(object, { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });

describe('whether an object obeys the rules of its class', () => {
  it('is what class-validator says, whatever the object', () => {
    let obeying = 0;
    fc.assert(
      fc.property(everything, (object) => {
        const obeys = obeysRules(object);
        obeying += Number(obeys);
        expect(obeys).toBe(foundByLibrary(object).length === 0);
      }),
      { numRuns: 3_000 },
    );
    expect(obeying).toBeGreaterThan(0);
  });

  it.each<[string, object]>([
    ['inherited', { name: 'x' }],
    ['of a nested object', { point: made(Point, { x: 0.5 }) }],
    ['of each nested object', { path: [made(Point, { x: 1 }), made(Point, { x: 1, unit: 'mile' })] }],
    ['about each of many values', { tags: ['a', 'B'] }],
    ['asked under a condition that holds', { age: 17 }],
    ['that nothing else may be there', { other: 1 }],
  ])('counts a rule %s', (_, broken) => {
    expect(obeysRules(valid())).toBe(true);
    expect(obeysRules(Object.assign(valid(), broken))).toBe(false);
  });

  it('is false for a class without rules, as the library forbids unknown values', () => {
    expect(obeysRules({ name: 'Bo' })).toBe(false);
    expect(foundByLibrary({ name: 'Bo' })).toHaveLength(1);
  });

  it('is left to the library where rules are of a group or need time', () => {
    class Grouped {
      @IsString({ groups: ['adults'] })
      name = 'Bo';
    }
    class Slow {
      @ValidateBy({ name: 'slow', async: true, validator: { validate: () => Promise.resolve(true) } })
      name = 'Bo';
    }
    expect([obeysRules(new Grouped()), obeysRules(new Slow())]).toEqual([false, false]);
    expect([foundByLibrary(new Grouped()), foundByLibrary(new Slow())]).toEqual([[], []]);
  });
});
