import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { AnalysisThread } from './analysis-thread.js';

describe('The thread of an analysis', () => {
  const thread = new AnalysisThread();
  const ask = (end: string) => thread.ask({}, { file: new URL('./analysis-thread.fixture.js', import.meta.url).href, name: 'fateful', changes: {}, only: undefined, moment: { now: '2026-01-01T00:00:00.000Z', parameters: { end } } });
  const answered = { rows: [{ number: 1 }] };

  it('answers', async () => {
    expect(await ask('answers')).toEqual(answered);
  });

  it('that ends without an error keeps nobody waiting, and the next question has another', async () => {
    await expect(ask('leaves')).rejects.toThrow('The thread of analysis fateful ended, with code 0, before it had answered.');
    expect(await ask('answers')).toEqual(answered);
  });

  it('that ends when it has answered is replaced, too', async () => {
    expect(await ask('leaves later')).toEqual(answered);
    while (thread['worker']) await sleep(5);
    expect(await ask('answers')).toEqual(answered);
  });
});
