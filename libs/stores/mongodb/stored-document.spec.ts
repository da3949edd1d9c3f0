import { describe, expect, it } from '@jest/globals';
import { toResult, toStored, toStoredDocument, type Stored } from './stored-document.js';

const again = (document: object) => toStoredDocument({ _id: 'a', ...toStored({ key: 'a', position: 7, document }) } as Stored);

describe('the stored form of a document', () => {
  it('holds the position beside the fields', () => {
    expect(toStored({ key: 'a', position: 7, document: { name: 'Ada' } })).toEqual({ _position: 7, name: 'Ada' });
    expect(toStored({ key: 'a', position: 8, document: null })).toEqual({ _position: 8, _removed: true });
  });

  it.each<object>([
    { 'a.b': 1, '.': { $set: { 'x.y.z': [{ '$': 1 }] } } },
    { $where: 'true', a$b: 1, 'nul\u0000': 2 },
    { '％': 1, '％2E': { '％％': 1 }, '50％': 'half' },
    { _position: 1, _removed: true, _other: 2, inner: { _position: 3, _id: 4 } },
    { '': { '': 1 }, constructor: 1, toString: [] },
  ])('gives back any names of fields: %j', (document) => {
    expect(again(document)).toEqual({ position: 7, document });
  });

  it('holds no name that MongoDB would take for something else', () => {
    const stored = toStored({ key: 'a', position: 7, document: { 'a.b': { $inc: 1 }, _position: 1 } });
    expect(stored).toEqual({ _position: 7, 'a％2Eb': { '％24inc': 1 }, '％5Fposition': 1 });
  });

  it('is JSON, as in every store', () => {
    const document = { none: undefined, nan: NaN, zero: -0, at: new Date(0), list: [undefined, Infinity], inner: { none: undefined } };
    expect(again(document).document).toEqual({ nan: null, zero: 0, at: '1970-01-01T00:00:00.000Z', list: [null, null], inner: {} });
  });

  it('shares nothing with what was written', () => {
    const document = { list: [1], inner: { 'a.b': [2] } };
    toStored({ key: 'a', position: 7, document });
    expect(document).toEqual({ list: [1], inner: { 'a.b': [2] } });
  });

  it.each(['nul\u0000', 'half \ud800', 7 as unknown as string])('has no key %j', (key) => {
    expect(() => toStored({ key, position: 1, document: {} })).toThrow(TypeError);
  });

  it('shows queries the fields alone', () => {
    expect(toResult({ _id: 'a', _position: 7, name: 'Ada', 'a％2Eb': 1 })).toEqual({ _id: 'a', name: 'Ada', 'a.b': 1 });
  });
});
