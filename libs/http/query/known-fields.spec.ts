import { describe, expect, it } from '@jest/globals';
import { InvalidQuery } from '#event-sourcing';
import { refuseUnknownFields, refuseUnknownFieldsIn } from './known-fields.js';

const rows = { ships: { properties: { name: { type: 'string' }, home: { type: 'object' } } }, notes: { properties: { text: {} }, additionalProperties: {} }, anything: {} };
const ask = (view: string, query: object) => () => refuseUnknownFields(view, query, rows);

describe('a list', () => {
  it.each([
    ['a filter', { filter: { colour: 'red' } }],
    ['a part of a filter', { filter: { $or: [{ name: 'Ada' }, { 'colour.shade': 'red' }] } }],
    ['a sort', { sort: { colour: 1 } }],
    ['the fields that are wanted', { projection: { name: 1, colour: 1 } }],
  ] as const)('is refused where %s names what no row of the view has, and is told what they have', (_, query) => {
    expect(ask('ships', query)).toThrow(new InvalidQuery('ships has no field "colour". Its fields: _id, name, home.'));
  });

  it('may name fields, what is in them, and the key', () => {
    expect(ask('ships', { filter: { $and: [{}, { name: 'Ada' }], 'home.port.0': 'Hull' }, sort: { _id: -1 }, projection: { home: 1 } })).not.toThrow();
  });

  it('and a pipeline may name fields that it makes itself', () => {
    const pipe = (...stages: object[]) => () => refuseUnknownFieldsIn(stages as never, 'ships', rows);
    expect(pipe({ $group: { _id: '$colour' } })).toThrow(new InvalidQuery('ships has no field "colour". Its fields: _id, name, home.'));
    expect(pipe({ $match: { colour: 1 } })).toThrow(InvalidQuery);
    expect(pipe({ $facet: { a: [{ $sort: { colour: 1 } }] } })).toThrow(InvalidQuery);
    expect(pipe({ $set: { 'colour.shade': { $toUpper: '$name' } } }, { $unwind: { path: '$home', includeArrayIndex: 'at' } }, { $match: { colour: { $ne: null }, at: 0 } })).not.toThrow();
    expect(pipe({ $group: { _id: '$home.port', count: { $sum: 1 } } }, { $sort: { count: -1 } }, { $facet: { a: [{ $set: { x: 1 } }, { $match: { x: 1 } }] } })).not.toThrow();
    expect(pipe({ $facet: { a: [{ $set: { x: { $literal: '$colour' } } }, { $match: { x: 1 } }], b: [{ $count: 'n' }] } })).not.toThrow();
  });

  it('may name anything where the fields of rows are not known', () => {
    for (const view of ['notes', 'anything', 'unheard']) expect(ask(view, { filter: { colour: 'red' } })).not.toThrow();
  });
});
