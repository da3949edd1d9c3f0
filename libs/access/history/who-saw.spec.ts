import { describe, expect, it } from '@jest/globals';
import { type EventPage } from '#event-sourcing';
import { unionsOf } from './ever-one-with.js';
import { sightingsOf } from './who-saw.js';

const day = (number: number): string => `2026-03-0${number}T00:00:00.000Z`;

/** A log of merges (`a>b`: a into b) and of their ends (`a<b`), one a day. */
const log = (...steps: string[]) => ({
  readAll: async function* () {
    const events = steps.map((step, index) => ({
      type: step.includes('>') ? 'CustomersMerged' : 'CustomersUnmerged', data: { customerId: step[0], intoCustomerId: step[2] }, recordedAt: day(index + 1),
    }));
    yield { events, position: events.length, caughtUp: true } as unknown as EventPage;
  },
});

describe('those with whom a customer is one', () => {
  it.each([
    ['b', ['a>b'], [{ customerId: 'a', from: day(1) }]],
    ['a', ['a>b'], [{ customerId: 'b', from: day(1) }]],
    ['a', ['b>c', 'a>b'], [{ customerId: 'c', from: day(2) }, { customerId: 'b', from: day(2) }]],
    ['a', ['a>b', 'a<b'], [{ customerId: 'b', from: day(1), to: day(2) }]],
    ['a', ['a>b', 'a<b', 'a>b'], [{ customerId: 'b', from: day(1), to: day(2) }, { customerId: 'b', from: day(3) }]],
    ['a', ['b>c'], []],
  ])('of %s after %j are %j', async (customer, steps, unions) => expect(await unionsOf(log(...steps), customer)).toEqual(unions));
});

it('who saw a customer is whoever looked at it, at one that is the same now, or at one that was the same then', async () => {
  expect(await sightingsOf(log(), 'a')).toEqual({ $or: [{ customerId: 'a' }] });
  expect(await sightingsOf(log('a>b'), 'a')).toEqual({ $or: [{ customerId: 'a' }, { customerId: 'b' }] });
  expect(await sightingsOf(log('a>b', 'a<b'), 'b')).toEqual({ $or: [{ customerId: 'b' }, { customerId: 'a', lastAt: { $gte: day(1) }, firstAt: { $lte: day(2) } }] });
});
