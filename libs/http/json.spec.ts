import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_DEPTH, parseJson, parseJsonObject } from './json.js';
import { RequestProblem } from './problems.js';

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('JSON from outside', () => {
  it('is what JSON.parse makes of it', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const text = JSON.stringify(value);
      const keys = [...text.matchAll(/"((?:[^"\\]|\\.)*)":/g)].map(([, key]) => JSON.parse(`"${key}"`) as string);
      fc.pre(!keys.some((key) => key in Object.prototype || key === 'prototype'));
      expect(parseJson(text, 'It')).toEqual(JSON.parse(text));
    }));
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])('may not have the key %s at any depth', (key) => {
    expect(() => parseJson(`{"a":[{"${key}":1}]}`, 'The body')).toThrow(`The body has the key "${key}"`);
  });

  it(`may be nested ${MAX_DEPTH} levels deep and no deeper`, () => {
    expect(parseJson(nested(MAX_DEPTH), 'It')).toBeDefined();
    expect(() => parseJson(nested(MAX_DEPTH + 1), 'It')).toThrow('Make it flatter');
    expect(() => parseJson(nested(200_000), 'It')).toThrow(RequestProblem);
  });

  it('that is malformed is told where', () => {
    expect(() => parseJson('{"a":', 'filter')).toThrow(/^filter is not JSON: .*position|end of JSON/);
  });

  it.each(['[]', '1', '"x"', 'null'])('that must be an object is refused as %s', (text) => {
    expect(() => parseJsonObject(text, 'filter')).toThrow('filter must be a JSON object');
  });
});
