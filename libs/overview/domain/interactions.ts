import { type Channel } from '#customers';
import { type InteractionFacts } from '#interactions';
import { never, once, takenBack, type Occurrences } from './occurrences.js';

/** The interactions of a customer: together and by channel. */
export interface InteractionsSeen extends Occurrences {
  byChannel: Readonly<Partial<Record<Channel, Occurrences>>>;
}

type Seen = Pick<InteractionFacts, 'channel' | 'heldAt'>;

export const noInteractions: InteractionsSeen = { count: 0, last: null, beforeLast: null, byChannel: {} };

export function withInteraction(seen: InteractionsSeen, channel: Channel, heldAt: string): InteractionsSeen {
  const { count, last, beforeLast } = once(seen, heldAt);
  const byChannel = { ...seen.byChannel };
  byChannel[channel] = once(byChannel[channel] ?? never, heldAt);
  return { count, last, beforeLast, byChannel };
}

/** Without one that is another customer's, or was held at another time or on another channel. */
export function withoutInteraction(seen: InteractionsSeen, { channel, heldAt }: Seen): InteractionsSeen {
  const { [channel]: known = never, ...others } = seen.byChannel;
  const left = takenBack(known, heldAt);
  return { ...takenBack(seen, heldAt), byChannel: left.count > 0 ? { ...others, [channel]: left } : others };
}
