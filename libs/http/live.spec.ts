import { describe, expect, it } from '@jest/globals';
import { comment, message, telling, withHeartbeat } from './live.js';

async function* slowly(...delays: number[]): AsyncGenerator<number> {
  for (const delay of delays) {
    await new Promise((resolve) => setTimeout(resolve, delay));
    yield delay;
  }
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe('an iteration with a heartbeat', () => {
  it('gives all that its source gives, in order', async () => {
    expect(await all(withHeartbeat(slowly(0, 1, 0), 1_000, 'beat'))).toEqual([0, 1, 0]);
  });

  it('beats while its source is silent, and loses nothing', async () => {
    const items = await all(withHeartbeat(slowly(0, 60, 0), 10, 'beat' as const));
    expect(items.filter((item) => item !== 'beat')).toEqual([0, 60, 0]);
    expect(items.filter((item) => item === 'beat').length).toBeGreaterThanOrEqual(2);
  });

  it('fails as its source fails', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw new Error('gone');
    }
    await expect(all(withHeartbeat(failing(), 1_000, 'beat'))).rejects.toThrow('gone');
  });

  it('ends its source when it is left', async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<number> {
      try {
        for (;;) yield 1;
      } finally {
        ended = true;
      }
    }
    for await (const _ of withHeartbeat(endless(), 1_000, 'beat')) break;
    expect(ended).toBe(true);
  });
});

describe('a message of an event stream', () => {
  it('has its fields in lines and ends with an empty one', () => {
    expect(message({ id: 7, data: { a: 'x\ny' } })).toBe('id: 7\ndata: {"a":"x\\ny"}\n\n');
    expect(message({ event: 'caught-up', data: 1 })).toBe('event: caught-up\ndata: 1\n\n');
    expect(comment('still here')).toBe(': still here\n\n');
  });
});

describe('work that tells of its progress', () => {
  it('tells the newest to whoever listens, and at last what it came to', async () => {
    const steps = telling<number, string>(async (tell) => {
      for (let step = 1; step <= 5; step++) tell(step);
      await new Promise((resolve) => setTimeout(resolve, 1));
      tell(6);
      return 'done';
    });
    expect(await all(steps)).toEqual([{ progress: 5 }, { progress: 6 }, { result: 'done' }]);
  });

  it('fails where the work fails, also before anybody listens', async () => {
    const steps = telling<number, string>((tell) => {
      tell(1);
      return Promise.reject(new Error('no'));
    });
    await new Promise((resolve) => setTimeout(resolve, 1));
    const told: unknown[] = [];
    await expect((async () => {
      for await (const step of steps) told.push(step);
    })()).rejects.toThrow('no');
    expect(told).toEqual([{ progress: 1 }]);
  });
});
