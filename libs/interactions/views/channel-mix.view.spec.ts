import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { event, type NewEvent, type RecordedEvent } from '#event-sourcing';
import { given, recorded } from '#event-sourcing/testing';
import { attributeInteraction, correctInteraction, recordInteraction } from '../commands/record.js';
import { Interaction, InteractionAttributed, InteractionCorrected, InteractionRecorded, type InteractionFacts, type InteractionState } from '../domain/interaction.js';
import { channelMix, type ChannelMixRow } from './channel-mix.view.js';
import { interactionsView } from './interactions.view.js';

const at = (day: string) => `2026-01-${day}T09:00:00.000Z`;
const call = (interactionId: string, day: string, position: number) =>
  recorded(event(InteractionRecorded, { interactionId, customerId: 'li', channel: 'phone', direction: 'inbound', summary: 'asks' }), { position, occurredAt: at(day) });
const facts: InteractionFacts = { channel: 'phone', direction: 'inbound', heldAt: at('07') };
const phoneOn = (...days: string[]): ChannelMixRow['channels'] => ({
  phone: { inbound: days.length, outbound: 0, lastOn: `2026-01-${days.at(-1)}`, days: days.map((day) => ({ on: `2026-01-${day}`, count: 1 })) },
});

describe('the channel mix of a customer', () => {
  it('counts by channel and direction, and knows the last date, also of what was recorded late', () =>
    given(channelMix, [call('c1', '07', 1), call('c2', '05', 2)])
      .then('li', { total: 2, lastOn: '2026-01-07', channels: phoneOn('05', '07') }));

  it('moves what was corrected', () =>
    given(channelMix, [
      call('c1', '05', 1), call('c2', '07', 2),
      event(InteractionCorrected, {
        interactionId: 'c2', customerId: 'li', fields: ['channel', 'direction', 'heldAt'], former: facts,
        facts: { channel: 'fax', direction: 'outbound', heldAt: at('04') }, formerSummary: 'asks', summary: 'asks', reason: 'wrong form',
      }),
    ]).then('li', {
      total: 2, lastOn: '2026-01-05',
      channels: { ...phoneOn('05'), fax: { inbound: 0, outbound: 1, lastOn: '2026-01-04', days: [{ on: '2026-01-04', count: 1 }] } },
    }));

  it('goes with an interaction to the customer whose it really was, and the former one is as before it', () => {
    const mix = given(channelMix, [
      call('c1', '05', 1), call('c2', '07', 2),
      event(InteractionAttributed, { interactionId: 'c2', customerId: 'lin', formerCustomerId: 'li', facts, summary: 'asks', reason: 'same name' }),
    ]);
    mix.then('li', { total: 1, lastOn: '2026-01-05', channels: phoneOn('05') });
    mix.then('lin', { total: 1, lastOn: '2026-01-07', channels: phoneOn('07') });
  });

  it('is not less than nothing as of a moment before the interaction that was taken away', () =>
    given(channelMix, [
      call('c1', '05', 1),
      event(InteractionAttributed, { interactionId: 'c2', customerId: 'lin', formerCustomerId: 'li', facts, summary: 'asks', reason: 'same name' }),
    ]).then('li', { total: 1, lastOn: '2026-01-05', channels: phoneOn('05') }));

  it('is gone with the last interaction', () =>
    given(channelMix, [
      call('c2', '07', 1),
      event(InteractionAttributed, { interactionId: 'c2', customerId: 'lin', formerCustomerId: 'li', facts, summary: 'asks', reason: 'same name' }),
    ]).then('li', undefined));

  it('is the count of the interactions as they stand now, whatever was recorded, corrected and attributed', () => {
    const step = fc.record({
      interactionId: fc.constantFrom('i1', 'i2', 'i3', 'i4'),
      customerId: fc.constantFrom('li', 'lin'),
      channel: fc.constantFrom('phone' as const, 'fax' as const),
      direction: fc.constantFrom('inbound' as const, 'outbound' as const),
      heldAt: fc.constantFrom(at('01'), at('02'), at('03')),
      what: fc.constantFrom('record', 'correct', 'attribute'),
    });
    fc.assert(fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const events = history(steps);
      expect(new Map([...given(channelMix, events).rows()].sort())).toEqual(recount(events));
    }), { numRuns: 200 });
  });
});

type Step = { interactionId: string; customerId: string; channel: 'phone' | 'fax'; direction: 'inbound' | 'outbound'; heldAt: string; what: string };

function history(steps: Step[]): RecordedEvent[] {
  const states = new Map<string, InteractionState>();
  const events: RecordedEvent[] = [];
  for (const step of steps) {
    for (const made of decided(step, states.get(step.interactionId) ?? null)) {
      const next = recorded(made, { position: events.length + 1, occurredAt: step.heldAt });
      states.set(step.interactionId, Interaction.evolve(states.get(step.interactionId) ?? null, next));
      events.push(next);
    }
  }
  return events;
}

function decided({ what, heldAt, interactionId, customerId, channel, direction }: Step, state: InteractionState): readonly NewEvent[] {
  const moment = { now: at('31'), occurredAt: what === 'attribute' ? at('31') : heldAt, actor: 'tester' };
  const reason = 'typo';
  if (!state) return [recordInteraction.decide({ interactionId, customerId, channel, direction, summary: 'asks' }, state, moment)].flat();
  if (what === 'attribute') return [attributeInteraction.decide({ interactionId, customerId, reason }, state, moment)].flat();
  return [correctInteraction.decide({ interactionId, changes: { channel, direction, heldAt }, reason }, state, moment)].flat();
}

/** The same figures, counted from the interactions one by one. */
function recount(events: RecordedEvent[]): Map<string, ChannelMixRow> {
  const mix = new Map<string, ChannelMixRow>();
  for (const { customerId, channel, direction, heldAt } of given(interactionsView, events).rows().values()) {
    const day = heldAt.slice(0, 10);
    const row = mix.get(customerId) ?? { total: 0, lastOn: '', channels: {} };
    const use = (row.channels[channel] ??= { inbound: 0, outbound: 0, lastOn: '', days: [] });
    use[direction]++;
    const known = use.days.find(({ on }) => on === day);
    if (known) known.count++;
    else use.days = [...use.days, { on: day, count: 1 }].sort((one, other) => (one.on < other.on ? -1 : 1));
    if (day > use.lastOn) use.lastOn = day;
    if (day > row.lastOn) row.lastOn = day;
    row.total++;
    mix.set(customerId, row);
  }
  return new Map([...mix].sort());
}
