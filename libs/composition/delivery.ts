import { Couriers, Outbox, type DeliveryPlaces } from '#delivery';
import { silentLog, systemClock, type Clock, type Engine, type Log } from '#event-sourcing';

export interface OpenDelivery {
  couriers: Couriers;
  outbox: Outbox;
}

/** What leaves the firm, by the ways that the configuration says. It begins when it is started. */
export function openDelivery(engine: Engine, places: DeliveryPlaces, { clock = systemClock, log = silentLog }: { clock?: Clock; log?: Log } = {}): OpenDelivery {
  const couriers = new Couriers(places);
  return { couriers, outbox: new Outbox({ engine, courier: couriers, clock, log }) };
}
