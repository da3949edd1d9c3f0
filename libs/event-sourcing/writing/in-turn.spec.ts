import { describe, expect, it } from '@jest/globals';
import { InTurn } from './in-turn.js';

describe('tasks in turn', () => {
  it('run one after the other for one key, also when one fails', async () => {
    const inTurn = new InTurn();
    const seen: string[] = [];
    const task = (name: string, fails = false) => async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
    const first = inTurn.run('key', task('first', true));
    const second = inTurn.run('key', task('second'));
    await expect(first).rejects.toThrow('first');
    await expect(second).resolves.toBe('second');
    expect(seen).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('do not wait for other keys', async () => {
    const inTurn = new InTurn();
    let release = () => undefined as void;
    const slow = inTurn.run('slow', () => new Promise<void>((resolve) => (release = resolve)));
    await expect(inTurn.run('quick', async () => 'done')).resolves.toBe('done');
    release();
    await slow;
  });
});
