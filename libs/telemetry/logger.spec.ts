import { describe, expect, it } from '@jest/globals';
import { createLogger } from './logger.js';

describe('the log', () => {
  it('holds no secrets, also where an object that has some is logged', () => {
    const lines: string[] = [];
    const log = createLogger('info', { destination: { write: (line) => void lines.push(line) } });
    log.info({ authorization: 'Bearer gx_a_b', headers: { authorization: 'Bearer gx_a_b', cookie: 'sid=1', accept: 'json' }, request: { headers: { authorization: 'Bearer gx_a_b' } }, password: 'swordfish' }, 'request');
    expect(lines.join('')).not.toMatch(/gx_a_b|sid=1|swordfish/);
    expect(JSON.parse(lines[0]!)).toMatchObject({ headers: { authorization: '[secret]', accept: 'json' }, msg: 'request' });
  });
});
