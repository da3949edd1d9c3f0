import { Couriers, Outbox, type DeliveryPlaces } from '#delivery';
import { silentLog, systemClock, type Clock, type Engine, type Log } from '#event-sourcing';

/** What leaves the firm, by the ways that the configuration says. It begins when it is started. */
export function openDelivery(engine: Engine, places: DeliveryPlaces, { clock = systemClock, log = silentLog }: { clock?: Clock; log?: Log } = {}): Outbox {
  return new Outbox({ engine, courier: new Couriers(places), clock, log });
}
