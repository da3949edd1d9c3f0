import { mkdirSync } from 'node:fs';
import { openDelivery, openStores } from '#composition';
import { type DeliveryPlaces } from '#delivery';
import { Engine, type Context } from '#event-sourcing';
import { personIdsIn, withSealing } from '#privacy';

/** An engine whose processes run and whose messages are delivered, over a data folder. `finish` resolves when nothing is left to be done and all is closed. */
export async function actingEngine(folder: string, contexts: readonly Context[], places: Omit<DeliveryPlaces, 'from'>): Promise<{ engine: Engine; finish: () => Promise<void> }> {
  mkdirSync(folder, { recursive: true });
  const stores = await openStores({ data: folder, eventStore: 'embedded', documentStore: 'embedded' });
  const engine = new Engine({
    contexts, events: stores.events, documents: stores.documents, protect: (log, types) => withSealing(log, stores.keys, types), processes: { personsIn: personIdsIn },
  });
  await engine.start();
  await engine.processes.start();
  const outbox = openDelivery(engine, { from: 'Guanxi <guanxi@firm.example>', ...places });
  outbox.start();
  const finish = async () => {
    for (let last = -1, head = await engine.events.head(); head !== last; head = await engine.events.head()) {
      last = head;
      await engine.processes.settled();
      await outbox.settled();
    }
    await outbox.stop();
    await engine.stop();
    await stores.close();
  };
  return { engine, finish };
}
