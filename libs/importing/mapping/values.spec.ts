import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { BadValue, dateReader, idOf, integerOf, minorUnitsOf, momentReader, numberOf, NumberStyle } from './values.js';

const plain = new NumberStyle();
const german = new NumberStyle(',', '.');

describe('An amount of money', () => {
  it.each([
    ['11.77', 'USD', 1_177], ['0.00', 'USD', 0], ['0', 'USD', 0], ['-5.5', 'USD', -550], ['+3', 'EUR', 300], ['12.340', 'USD', 1_234],
    ['1200', 'JPY', 1_200], ['1200.00', 'JPY', 1_200], ['1.234', 'KWD', 1_234], ['$4.20', 'USD', 420], ['4.20 €', 'EUR', 420], ['-0.00', 'USD', 0],
  ])('%s %s is %i minor units', (text, currency, units) => {
    expect(minorUnitsOf(text, currency, plain)).toBe(units);
  });

  it('is read in the style of its country', () => {
    expect(minorUnitsOf('1.234.567,5', 'EUR', german)).toBe(123_456_750);
  });

  it.each([
    ['12.345', 'more decimals than USD'], ['NaN', 'not a number'], ['1e9', 'not a number'], ['', 'not a number'], ['1,5', 'not a number'],
    ['12.', 'not a number'], ['.5', 'not a number'], ['0x10', 'not a number'], ['1 000', 'not a number'], ['Infinity', 'not a number'],
    ['90071992547409.93', 'too large'],
  ])('%j is refused: %s', (text, reason) => {
    expect(() => minorUnitsOf(text, 'USD', plain)).toThrow(reason);
    expect(() => minorUnitsOf(text, 'USD', plain)).toThrow(BadValue);
  });

  it('is refused where its thousands are not three digits each', () => {
    expect(() => minorUnitsOf('1.23,00', 'EUR', german)).toThrow('not a number');
  });

  it('is refused in what is no currency', () => {
    expect(() => minorUnitsOf('1.00', 'dollars', plain)).toThrow('currency');
  });

  it('is exact to the last unit, unlike a product with 100', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (units) => {
      const digits = String(units).padStart(3, '0');
      expect(minorUnitsOf(`${digits.slice(0, -2)}.${digits.slice(-2)}`, 'USD', plain)).toBe(units);
    }));
  });
});

describe('A number', () => {
  it('is whole where it has to be', () => {
    expect(integerOf('1.000', german)).toBe(1_000);
    expect(integerOf('7.0', plain)).toBe(7);
    expect(() => integerOf('7.5', plain)).toThrow('not a whole number');
    expect(() => integerOf('9007199254740993', plain)).toThrow('too large');
  });

  it('may have decimals otherwise', () => {
    expect(numberOf('-1.234,25', german)).toBe(-1_234.25);
  });
});

describe('A date', () => {
  it.each([['19970101', 'yyyyMMdd', '1997-01-01'], ['3/1/2017', 'M/d/yyyy', '2017-03-01'], ['29.02.2024', 'dd.MM.yyyy', '2024-02-29'], ['2024-02-29', undefined, '2024-02-29']])(
    '%s as %s is %s', (text, format, date) => {
      expect(dateReader(format)(text)).toBe(date);
    });

  it.each(['19970230', '19971301', '1997010', '199701011', 'yesterday', '', '19970101x'])('%j is refused, each time', (text) => {
    const read = dateReader('yyyyMMdd');
    for (let time = 0; time < 2; time++) expect(() => read(text)).toThrow('not a date that exists, written as yyyyMMdd');
  });
});

describe('A moment', () => {
  it('is of its own time zone, otherwise of the one that is said, otherwise of UTC', () => {
    expect(momentReader(undefined)('2026-01-05T09:00:00+08:00')).toBe('2026-01-05T01:00:00.000Z');
    expect(momentReader('yyyy-MM-dd HH:mm', 'Asia/Shanghai')('2026-01-05 09:00')).toBe('2026-01-05T01:00:00.000Z');
    expect(momentReader('yyyy-MM-dd HH:mm', 'UTC-05:00')('2026-01-05 09:00')).toBe('2026-01-05T14:00:00.000Z');
    expect(momentReader('yyyyMMdd')('19970101')).toBe('1997-01-01T00:00:00.000Z');
  });
});

describe('An id made of text', () => {
  it('is the text where that is an id', () => {
    expect(idOf('A-1.b:2_c')).toBe('A-1.b:2_c');
  });

  it('shows the words otherwise, and differs where the texts differ', () => {
    expect(idOf('Acme Corporation')).toMatch(/^acme-corporation-[0-9a-f]{12}$/);
    expect(idOf('Acme  Corporation')).not.toBe(idOf('Acme Corporation'));
    expect(idOf('关系')).toMatch(/^[0-9a-f]{12}$/);
  });

  it('is always one that commands take', () => {
    for (const dots of ['.', '..']) expect(idOf(dots)).toMatch(/^[0-9a-f]{12}$/);
    fc.assert(fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), (text) => {
      if (!/^[A-Za-z0-9._:-]+$/.test(text)) expect(idOf(text)).toMatch(/^[A-Za-z0-9._:-]{1,100}$/);
    }));
  });
});
