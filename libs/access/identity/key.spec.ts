import { describe, expect, it } from '@jest/globals';
import { hashOf, isKey, keyFrom, keyText, newKey } from './key.js';

describe('a key', () => {
  it('is recognised by its beginning, and has 256 random bits', () => {
    const key = newKey();
    expect(keyText(key)).toBe(`gx_${key.id}_${key.secret}`);
    expect(Buffer.from(key.secret, 'base64url')).toHaveLength(32);
    expect(keyFrom(keyText(key))).toEqual(key);
    expect(new Set(Array.from({ length: 1_000 }, () => keyText(newKey()))).size).toBe(1_000);
  });

  it('is itself alone', () => {
    const key = newKey();
    expect(isKey(key, hashOf(key))).toBe(true);
    expect(isKey({ ...key, secret: newKey().secret }, hashOf(key))).toBe(false);
    expect(isKey(key, undefined)).toBe(false);
    expect(isKey(key, '')).toBe(false);
  });

  it.each(['', 'gx_', 'gx_a_', 'gx__abc', `gx_A_${'x'.repeat(43)}`, `gx_a_${'x'.repeat(42)}`, `gx_a_${'x'.repeat(44)}`, `gx_a_${'x'.repeat(42)}!`, `gx_${'a'.repeat(33)}_${'x'.repeat(43)}`])('is not %s', (text) => {
    expect(keyFrom(text)).toBeUndefined();
  });
});
