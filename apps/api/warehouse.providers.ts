import { type Provider } from '@nestjs/common';
import { WarehouseHolder } from './http/warehouse-holder.js';
import { WarehouseRight } from './http/warehouse-right.js';

export const warehouseProviders: Provider[] = [WarehouseHolder, WarehouseRight];
