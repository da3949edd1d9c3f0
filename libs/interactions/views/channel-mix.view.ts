import { view } from '#event-sourcing';
import { type Channel } from '#customers';
import { factsRecorded, InteractionAttributed, InteractionCorrected, InteractionRecorded, type InteractionFacts } from '../domain/interaction.js';

export interface ChannelUse {
  inbound: number;
  outbound: number;
  /** Date of the last interaction on it, in UTC. */
  lastOn: string;
  /** Interactions by date, in its order: when the last one turns out to be somebody else's, the one before it is known. */
  days: Day[];
}

/** A date in UTC, and how many interactions took place on it. */
export interface Day {
  on: string;
  count: number;
}

export interface ChannelMixRow {
  total: number;
  lastOn: string;
  channels: Partial<Record<Channel, ChannelUse>>;
}

export const channelMix = view<ChannelMixRow>('channel_mix', {
  version: 2,
  summary: 'How often each customer and the firm met on each channel, in each direction, and when last.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: '_id',
  indexes: [{ lastOn: -1 }],
})
  .key((event) => event.data.customerId)
  .on(InteractionRecorded, (row, { data, occurredAt }) => counted(row, factsRecorded(data, occurredAt), +1))
  .on(InteractionCorrected, (row, { data: { former, facts } }) => counted(counted(row, former, -1), facts, +1))
  .on(InteractionAttributed, ({ data }) => [data.formerCustomerId, data.customerId], (row, { data: { customerId, facts } }, key) =>
    counted(row, facts, key === customerId ? +1 : -1));

const unused: Omit<ChannelUse, 'lastOn'> = { inbound: 0, outbound: 0, days: [] };

/** The row with one interaction more or less; undefined where none is left. */
function counted(row: ChannelMixRow | undefined, { channel, direction, heldAt }: InteractionFacts, by: 1 | -1): ChannelMixRow | undefined {
  const { [channel]: use = unused, ...others } = row?.channels ?? {};
  // As of a moment, what took an interaction away may have happened before the interaction itself.
  if (by < 0 && !use.days.some(({ on }) => on === heldAt.slice(0, 10))) return row;
  const total = (row?.total ?? 0) + by;
  if (total <= 0) return undefined;
  const days = countedDay(use.days, heldAt.slice(0, 10), by);
  const last = days.at(-1);
  const channels: ChannelMixRow['channels'] = last ? { ...others, [channel]: { ...use, [direction]: use[direction] + by, lastOn: last.on, days } } : others;
  return { total, lastOn: latest(Object.values(channels).map(({ lastOn }) => lastOn)), channels };
}

/** Searched from the end, where most interactions fall. */
function countedDay(days: Day[], on: string, by: 1 | -1): Day[] {
  const index = days.findLastIndex((day) => day.on <= on);
  const day = days[index];
  if (day?.on !== on) return days.toSpliced(index + 1, 0, { on, count: by });
  const count = day.count + by;
  return count > 0 ? days.with(index, { on, count }) : days.toSpliced(index, 1);
}

function latest(dates: string[]): string {
  return dates.reduce((last, date) => (date > last ? date : last), '');
}
