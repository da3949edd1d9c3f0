import { randomUUID } from 'node:crypto';
import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { type AggregatesOptions, type Context, Engine } from '#event-sourcing';
import { EngineModule } from '#event-sourcing/nest';
import { openStores } from '#composition';
import { withSealing } from '#privacy';
import { customers } from '../../libs/customers/context.js';
import { RegisterCustomer, RenameCustomer } from '../../libs/customers/commands/lifecycle.js';
import { inFlight } from './harness.js';

export interface Application {
  engine: Engine;
  /** Sends a command over Nest's CommandBus. */
  execute: (command: object) => Promise<{ position: number }>;
  close: () => Promise<void>;
}

export interface ApplicationOptions {
  contexts?: readonly Context[];
  aggregates?: AggregatesOptions;
  /** Feed the views too. Default: write only. */
  project?: boolean;
  /** Seal what is personal, as the program does. Default true. */
  seal?: boolean;
}

/** The engine in a Nest application on the embedded stores in this folder, without a way in from outside. */
export async function openApplication(folder: string, { contexts = [customers], aggregates, project = false, seal = true }: ApplicationOptions = {}): Promise<Application> {
  const stores = await openStores({ data: folder, eventStore: 'embedded', documentStore: 'embedded' });
  const { events, documents, keys } = stores;
  const module = EngineModule.forRoot({ contexts, events, documents, protect: (log, types) => withSealing(log, keys, types, { seal }), start: false, ...(aggregates && { aggregates }) });
  const app = await NestFactory.createApplicationContext(module, { logger: false });
  await app.get(Engine).start(project);
  const bus = app.get(CommandBus);
  return {
    engine: app.get(Engine),
    execute: (command) => bus.execute(command),
    close: async () => {
      try {
        await app.close();
      } finally {
        await stores.close();
      }
    },
  };
}

export const someIds = (count: number): string[] => Array.from({ length: count }, () => randomUUID());

export async function registerCustomers({ execute }: Application, customerIds: readonly string[]): Promise<void> {
  await inFlight(customerIds.length, 256, (index) => {
    return execute(Object.assign(new RegisterCustomer(), { customerId: customerIds[index], kind: 'person', name: `Customer ${index}` }));
  });
}

/** A rename that changes the name: one event. */
export function rename(customerId: string, name: string): RenameCustomer {
  return Object.assign(new RenameCustomer(), { customerId, name });
}
