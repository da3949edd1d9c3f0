import { Inject, Injectable, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { Access } from '#access';
import { type ApiOptions } from './options.js';

/** What was seen and refused is recorded before the application ends. */
@Injectable()
class AccessLifetime implements OnApplicationShutdown {
  constructor(@Inject(Access) private readonly access: Access) {}

  async onApplicationShutdown(): Promise<void> {
    await this.access.stop();
  }
}

export const accessOf = ({ access = {}, engine: { events }, log }: ApiOptions): Access => new Access(access, { events, log });

export const accessProviders = (access: Access): Provider[] => [{ provide: Access, useValue: access }, AccessLifetime];
