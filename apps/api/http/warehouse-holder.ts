import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { openWarehouse } from '#composition';
import { Engine } from '#event-sourcing';
import { type Warehouse } from '#warehouse';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** The star schema; absent where it is off. */
@Injectable()
export class WarehouseHolder implements OnApplicationShutdown {
  readonly warehouse: Warehouse | undefined;

  constructor(@Inject(Engine) engine: Engine, @Inject(API_OPTIONS) { warehouse = {}, log }: ApiOptions) {
    this.warehouse = warehouse === false ? undefined : openWarehouse(engine, warehouse, log);
    this.warehouse?.keepUp();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.warehouse?.close();
  }
}
