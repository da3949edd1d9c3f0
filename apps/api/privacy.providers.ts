import { Inject, Injectable, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { Audit } from '#audit';
import { openErasures } from '#composition';
import { Outbox } from '#delivery';
import { Engine } from '#event-sourcing';
import { Erasures, LocalMasterKey, SubjectKeys } from '#privacy';
import { MemoryKeyStore } from '#stores/memory';
import { API_OPTIONS, type ApiOptions } from './options.js';

@Injectable()
class ErasuresLifetime implements OnApplicationShutdown {
  constructor(@Inject(Erasures) private readonly erasures: Erasures) {}

  async onApplicationShutdown(): Promise<void> {
    await this.erasures.stop();
  }
}

export const privacyProviders: Provider[] = [
  { provide: SubjectKeys, useFactory: ({ keys }: ApiOptions) => keys ?? new SubjectKeys(new MemoryKeyStore(), LocalMasterKey.inMemory()), inject: [API_OPTIONS] },
  {
    provide: Erasures,
    useFactory: (engine: Engine, keys: SubjectKeys, audit: Audit, outbox: Outbox, { engine: { events }, log }: ApiOptions) => openErasures(engine, { events, keys }, outbox, audit, log),
    inject: [Engine, SubjectKeys, Audit, Outbox, API_OPTIONS],
  },
  ErasuresLifetime,
];
