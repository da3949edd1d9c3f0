import { createDecipheriv } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CannotOpen, newKey, open, openJson, seal, sealJson } from './sealing-key.js';

const place = fc.string({ unit: 'binary', maxLength: 60 });
const texts = fc.oneof({ weight: 9, arbitrary: fc.string({ unit: 'binary', maxLength: 200 }) }, { weight: 1, arbitrary: fc.integer({ min: 1_000, max: 30_000 }).map((length) => '客'.repeat(length)) });

describe('what is sealed', () => {
  it('is ChaCha20-Poly1305 of RFC 8439 behind a byte and a nonce', () => {
    fc.assert(fc.property(texts, place, (text, where) => {
      const key = newKey();
      const sealed = Buffer.from(sealJson(key, text, where), 'base64');
      expect(sealed[0]).toBe(1);
      const decipher = createDecipheriv('chacha20-poly1305', key, sealed.subarray(1, 13), { authTagLength: 16 });
      decipher.setAAD(Buffer.from(where), { plaintextLength: sealed.length - 29 });
      decipher.setAuthTag(sealed.subarray(-16));
      const opened = Buffer.concat([decipher.update(sealed.subarray(13, -16)), decipher.final()]).toString();
      expect([opened.slice(0, text.length), opened.slice(text.length).trim(), sealed.length % 3]).toEqual([text, '', 0]);
    }));
  });

  it('opens again, as JSON or as bytes', () => {
    fc.assert(fc.property(texts, place, (text, where) => {
      const key = newKey();
      expect(JSON.parse(openJson(key, sealJson(key, JSON.stringify(text), where), where))).toBe(text);
      expect(open(key, seal(key, Buffer.from(text), where), where).equals(Buffer.from(text))).toBe(true);
    }));
  });

  it('opens no more once any bit of it was changed', () => {
    const key = newKey();
    const sealed = seal(key, Buffer.from('Li Ming'), 'here');
    for (let bit = 0; bit < 8 * sealed.length; bit++) {
      const changed = Buffer.from(sealed);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => open(key, changed, 'here')).toThrow(CannotOpen);
    }
  });

  it('opens with no other key, in no other place, and not where its end is missing', () => {
    const key = newKey();
    const sealed = seal(key, Buffer.from('Li Ming'), 'here');
    for (const [other, at, text] of [[newKey(), 'here', sealed], [key, 'there', sealed], [key, 'here', sealed.subarray(0, -1)], [key, 'here', sealed.subarray(0, 20)], [key, 'here', Buffer.alloc(0)]] as const) {
      expect(() => open(other, text, at)).toThrow(CannotOpen);
    }
  });

  it('is never the same twice', () => {
    const key = newKey();
    expect(new Set(Array.from({ length: 2_000 }, () => sealJson(key, 'Li Ming', 'here'))).size).toBe(2_000);
  });
});
