import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { type RecordedEvent } from '#event-sourcing';
import { canonicalJson, leafOf } from './leaf.js';

const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'toJSON', 'constructor', '10', '9', '\ud83d\ude00', '\ufb33', '\u20ac', '\r', '1'));
const number = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(-0, 1e21, 1e-7, 333333333.3333333, 4.5, 2e-3, 0.000000000000000000000000001));
const { json } = fc.letrec((tie) => ({
  json: fc.oneof({ maxDepth: 4 }, text, number, fc.boolean(), fc.constant(null), fc.array(tie('json'), { maxLength: 5 }), fc.dictionary(text, tie('json'), { maxKeys: 6 })),
}));
/** As a store gives it. */
const stored = fc.dictionary(text, json).map((value) => JSON.parse(JSON.stringify(value)) as object);

describe('canonical JSON', () => {
  it('is what the implementation of its authors makes, of whatever JSON', () => {
    fc.assert(fc.property(stored, (value) => {
      expect(canonicalJson(value)).toBe(canonicalize(value));
    }), { numRuns: 500 });
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, key) => [`${(key * 7919) % 500}`, key]));
    expect(canonicalJson(many)).toBe(canonicalize(many));
    expect(canonicalJson({ long: 'ä"\\\u0001'.repeat(3_000) })).toBe(canonicalize({ long: 'ä"\\\u0001'.repeat(3_000) }));
  });

  it('is the example of RFC 8785', () => {
    const value = JSON.parse('{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}') as object;
    expect(canonicalJson(value)).toBe('{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
  });

  it('is the same in whatever order fields were written', () => {
    fc.assert(fc.property(stored, (value) => {
      expect(canonicalJson(Object.fromEntries(Object.entries(value).reverse()))).toBe(canonicalJson(value));
    }));
  });
});

describe('a leaf', () => {
  const event: RecordedEvent = {
    id: '00000000-0000-4000-8000-000000000001', type: 'Noted', schemaVersion: 1, stream: 'customer-1', revision: 0, position: 1, occurredAt: '2026-01-01T00:00:00.000Z',
    recordedAt: '2026-01-01T00:00:01.000Z', data: { b: 1, a: 'ä' }, metadata: { commandId: 'c', correlationId: 'k', actor: 'ada', source: 'test' },
  };

  it('is of every stored field, and of nothing that an adapter adds', () => {
    expect(leafOf({ ...event, commandId: 'c' })).toEqual(leafOf(event));
    for (const field of Object.keys(event)) expect(leafOf({ ...event, [field]: 'another' })).not.toEqual(leafOf(event));
    // Made with: printf '\0{"data":…}' | sha256sum
    expect(leafOf(event).toString('hex')).toBe('ab81628dfda636fcee7126ab471f7e6ad9b6b997977662ffe154b64415b09bca');
  });
});
