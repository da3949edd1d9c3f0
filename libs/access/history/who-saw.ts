import { type EventStore, type Filter } from '#event-sourcing';
import { unionsOf, type Union } from './ever-one-with.js';

/**
 * Which rows of the view `sightings` tell who was shown a customer: those under its own id, those of whoever is one with
 * it now, and those of whoever was one with it then.
 */
export async function sightingsOf(events: Pick<EventStore, 'readAll'>, customer: string): Promise<Filter> {
  const unions = await unionsOf(events, customer);
  return { $or: [{ customerId: customer }, ...unions.map(during)] };
}

const during = ({ customerId, from, to }: Union): Filter =>
  to === undefined ? { customerId } : { customerId, lastAt: { $gte: from }, firstAt: { $lte: to } };
