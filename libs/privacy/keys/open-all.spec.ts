import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openAll, type Sealed } from './open-all.js';
import { CannotOpen, newKey, seal, sealJson } from './sealing-key.js';

const keys = [newKey(), newKey()];
const value = fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.integer(), fc.constant(null)), { maxLength: 3 });
const place = fc.oneof({ weight: 5, arbitrary: fc.string({ maxLength: 40 }) }, { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 10 }) });
/** Some are sealed as they were when base64 was still filled up, some were changed since, in one way or another. */
const one = fc.record({
  value, place, key: fc.constantFrom(...keys),
  as: fc.constantFrom('json', 'json', 'json', 'json', 'json', 'json', 'bytes', 'other key', 'other place', 'cut', 'longer', 'no base64', 'nothing', 'no JSON'),
});

type One = typeof one extends fc.Arbitrary<infer T> ? T : never;

const other = (key: Buffer) => keys.find((each) => each !== key)!;

function sealed({ value, place, key, as }: One): Sealed {
  const json = JSON.stringify(value);
  const text = sealJson(key, json, place);
  switch (as) {
    case 'bytes': return { key, place, text: seal(key, Buffer.from(json), place).toString('base64') };
    case 'other key': return { key: other(key), place, text };
    case 'other place': return { key, place: `${place}?`, text };
    case 'cut': return { key, place, text: text.slice(0, -1) };
    case 'longer': return { key, place, text: `${text}abc` };
    case 'no base64': return { key, place, text: `!${text.slice(1)}` };
    case 'nothing': return { key, place, text: '' };
    case 'no JSON': return { key, place, text: sealJson(key, `${json},`, place) };
    case 'json': return { key, place, text };
  }
}

describe('What is opened together', () => {
  it('says what it says one by one, and what was changed keeps none of the others from being opened', () => {
    fc.assert(fc.property(fc.array(one, { maxLength: 30 }), (all) => {
      const opened = openAll(all.map(sealed));
      const expected = all.map(({ value, as }) => (as === 'json' || as === 'bytes' ? value : as === 'no JSON' ? expect.any(SyntaxError) : expect.any(CannotOpen)));
      expect(opened).toEqual(expected);
    }), { numRuns: 300 });
  });

  it('may be more than fits together', () => {
    const all = Array.from({ length: 40 }, (_, index): Sealed => ({ key: keys[0]!, place: `${index}`, text: sealJson(keys[0]!, JSON.stringify([`${index}`.repeat(20_000)]), `${index}`) }));
    expect(openAll(all)).toEqual(all.map((_, index) => [`${index}`.repeat(20_000)]));
  });
});
