import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Exclude, plainToInstance, Transform, Type, type ClassConstructor } from 'class-transformer';
import { instanceOf } from './instances.js';

class Money {
  amount!: number;
  currency = 'EUR';
}

class Item {
  @Type(() => Money) price?: Money;
  name?: string;
}

class Order {
  orderId!: string;
  @Type(() => Money) total!: Money;
  @Type(() => Item) items!: Item[];
  tags?: string[];
  anything?: unknown;
}

class Shouting extends Order {
  @Transform(({ value }) => String(value).toUpperCase()) shout?: string;
}

class Discreet {
  @Exclude() secret?: string;
  open?: string;
}

describe('an object of a class from plain data', () => {
  it.each<[string, ClassConstructor<object>, Record<string, unknown>]>([
    ['with flat fields', Order, { orderId: 'o1', tags: ['a', 'b'], unknown: true }],
    ['with objects and lists of objects in it', Order, { total: { amount: 3, currency: 'USD' }, items: [{ name: 'tea', price: { amount: 1 } }, { name: 'cup' }] }],
    ['with a list where one object is declared', Order, { total: [{ amount: 1 }, null, 'x'] }],
    ['with what is no object where one is declared', Order, { total: 5, items: 'none' }],
    ['with nothing where an object is declared', Order, { total: null, items: undefined }],
    ['with objects that nobody declared', Order, { anything: { deep: { er: 1 } } }],
    ['that transforms', Shouting, { shout: 'hello', orderId: 'o1', total: { amount: 2 } }],
    ['that leaves out', Discreet, { secret: 'x', open: 'y' }],
  ])('%s is what class-transformer makes', (_, type, fields) => {
    const [made, expected] = [instanceOf(type, fields), plainToInstance(type, fields)];
    expect(made).toEqual(expected);
    expect(classesIn(made)).toEqual(classesIn(expected));
  });
});

function classesIn(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(classesIn);
  if (typeof value !== 'object' || value === null) return undefined;
  return [value.constructor.name, Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, classesIn(inner)]))];
}
