import { describe, expect, it } from '@jest/globals';
import { silentLog, type EventStore, type EventToAppend } from '#event-sourcing';
import { Sightings } from './sightings.js';

const NEVER_MS = 1_000_000;

/** Appends nothing until it is let go on. */
function heldLog() {
  const appended: EventToAppend[] = [];
  let letGo!: () => void;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const append: EventStore['append'] = async (_, __, events) => {
    await held;
    appended.push(...events);
    return { revision: 0, position: 0 };
  };
  return { appended, letGo, events: { append } as EventStore };
}

describe('Readings that are recorded', () => {
  it('are each appended once, though several ask for it while the log is slow', async () => {
    const { appended, letGo, events } = heldLog();
    const sightings = new Sightings(events, silentLog, { flushMs: NEVER_MS });
    const first = sightings.flush();
    sightings.saw('before', 'customers', ['c']);
    const slow = sightings.flush();
    for (let reader = 0; reader < 250; reader++) sightings.saw(`reader-${reader}`, 'customers', ['c1']);
    const others = [sightings.flush(), sightings.flush(), sightings.close()];
    letGo();
    await Promise.all([first, slow, ...others]);
    const viewers = appended.map(({ data }) => (data as { viewer: string }).viewer);
    expect(viewers.slice().sort()).toEqual(['before', ...Array.from({ length: 250 }, (_, reader) => `reader-${reader}`)].sort());
  });
});
