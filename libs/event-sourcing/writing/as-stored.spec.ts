import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { asStored } from './as-stored.js';

const throughJson = (value: object): unknown => JSON.parse(JSON.stringify(value));

class Money {
  constructor(readonly amount: number) {}
}

describe('What an object is once it is stored', () => {
  it('is what JSON makes of it, whatever it holds', () => {
    const special = fc.constantFrom<unknown>(undefined, null, -0, NaN, Infinity, new Date(0), new Money(5), [1, undefined], Symbol('s'), () => 1, { toJSON: () => 'other' });
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: 'small' }, special, fc.jsonValue(), fc.dictionary(fc.string(), tie('tree'))),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.string(), tree), (value) => {
        expect(asStored(value)).toStrictEqual(throughJson(value));
      }),
    );
  });

  it('keeps the order of the fields, and leaves out those without a value', () => {
    const value = { b: 1, a: undefined, c: { z: 'x', y: null } };
    expect(JSON.stringify(asStored(value))).toBe('{"b":1,"c":{"z":"x","y":null}}');
  });

  it('shares no object with what it was made of', () => {
    const value = { amount: { amount: 1, currency: 'EUR' } };
    const stored = asStored(value) as typeof value;
    value.amount.amount = 2;
    expect(stored.amount.amount).toBe(1);
  });

  it('takes a field called __proto__ for a field', () => {
    const value = JSON.parse('{"__proto__":{"polluted":true}}') as object;
    expect(JSON.stringify(asStored(value))).toBe('{"__proto__":{"polluted":true}}');
  });
});
