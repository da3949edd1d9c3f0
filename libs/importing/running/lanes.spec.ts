import { describe, expect, it } from '@jest/globals';
import { Lanes } from './lanes.js';

/** Tasks that end when they are told to. */
function tasks() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const task = (name: string) => () => {
    begun.push(name);
    return new Promise<void>((resolve) => ends.set(name, resolve));
  };
  return { begun, task, end: (name: string) => ends.get(name)!() };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('Lanes', () => {
  it('run tasks of different lanes side by side, and those of one lane one after the other', async () => {
    const { begun, task, end } = tasks();
    const lanes = new Lanes(10);
    for (const name of ['a1', 'b1', 'a2']) await lanes.add(name[0]!, task(name));
    expect(begun).toEqual(['a1', 'b1']);
    end('a1');
    await turn();
    expect(begun).toEqual(['a1', 'b1', 'a2']);
  });

  it('make the reader wait when the limit is reached, also when one lane is full', async () => {
    const { task, end } = tasks();
    const lanes = new Lanes(2);
    await lanes.add('a', task('a1'));
    let room = false;
    const added = lanes.add('a', task('a2')).then(() => (room = true));
    await turn();
    expect(room).toBe(false);
    end('a1');
    await added;
    expect(room).toBe(true);
  });

  it('begin nothing after a failure and tell it', async () => {
    const { begun, task } = tasks();
    const lanes = new Lanes(10);
    await lanes.add('a', () => Promise.reject(new Error('disk full')));
    await expect(lanes.add('a', task('a2'))).rejects.toThrow('disk full');
    await expect(lanes.settled()).rejects.toThrow('disk full');
    await expect(lanes.add('b', task('b1'))).rejects.toThrow('disk full');
    expect(begun).toEqual([]);
  });
});
