import { Inject, Injectable, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { openDelivery } from '#composition';
import { Outbox } from '#delivery';
import { Engine } from '#event-sourcing';
import { API_OPTIONS, type ApiOptions } from './options.js';

const IN_MEMORY = { from: 'Guanxi <guanxi@localhost>' };

@Injectable()
class OutboxLifetime implements OnApplicationShutdown {
  constructor(@Inject(Outbox) private readonly outbox: Outbox) {}

  async onApplicationShutdown(): Promise<void> {
    await this.outbox.stop();
  }
}

/** The outbox: whoever made the application starts it. */
export const deliveryProviders: Provider[] = [
  {
    provide: Outbox,
    useFactory: (engine: Engine, { delivery = IN_MEMORY, engine: { clock }, log }: ApiOptions) => openDelivery(engine, delivery, { log, ...(clock && { clock }) }),
    inject: [Engine, API_OPTIONS],
  },
  OutboxLifetime,
];
