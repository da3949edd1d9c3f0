import { Inject, Injectable } from '@nestjs/common';
import { Access } from '#access';
import { Engine } from '#event-sourcing';
import { RequestProblem } from '#http';
import { type Warehouse } from '#warehouse';
import { WarehouseHolder } from './warehouse-holder.js';

/** What the tables hold, these views show, too. */
const SHOWN_BY = ['customers', 'customer_assignments', 'purchases', 'interactions', 'lifecycle', 'offerings'];

/** Lets those ask the warehouse who may read every row of the views that show the same. Its tables have no personal field. */
@Injectable()
export class WarehouseRight {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(Access) private readonly access: Access,
    @Inject(WarehouseHolder) private readonly holder: WarehouseHolder,
  ) {}

  /** @throws Forbidden @throws RequestProblem it is off. */
  warehouse(): Warehouse {
    for (const name of SHOWN_BY) {
      const reaches = this.access.control.view(this.engine.projector.get(name).view);
      if (!reaches.some(({ records }) => records === 'all')) throw this.access.control.refusal('records-limited', `The warehouse is for those who may read ${name} of all customers; your roles are limited to some.`);
    }
    return this.on();
  }

  /** @throws RequestProblem it is off. */
  on(): Warehouse {
    const { warehouse } = this.holder;
    if (!warehouse) throw new RequestProblem('wrong-state', 'The warehouse is off in this process. Start it with GUANXI_WAREHOUSE=on.', { code: 'warehouse-off' });
    return warehouse;
  }
}
