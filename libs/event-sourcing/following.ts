import { StoreUnavailable, type EventPage, type EventStore, type SubscribeOptions } from './ports/event-store.js';

/**
 * The pages of a subscription that ends when its signal says so, and never by itself: who subscribes anew for as long as
 * nobody tells it to stop would else do so without a pause.
 * @throws StoreUnavailable the store was closed under it.
 */
export async function* following(events: EventStore, options: SubscribeOptions & { signal: AbortSignal }): AsyncGenerator<EventPage> {
  yield* events.subscribe(options);
  if (!options.signal.aborted) throw new StoreUnavailable('The log ended the subscription: it was closed.');
}
