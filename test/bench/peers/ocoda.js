import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Aggregate, AggregateRoot, CommandBus, CommandHandler, Event, EventSourcingModule, EventStore, EventStream, UUID } from '@ocoda/event-sourcing';
import { RenameCustomer, validRename } from './rename-customer.js';

// Written without decorator syntax, so that it runs as it stands: `Event()(Type)` is what `@Event() class Type` does.

class CustomerRegistered {
  constructor(customerId, name) {
    this.customerId = customerId;
    this.name = name;
  }
}
Event('customer-registered')(CustomerRegistered);

class CustomerRenamed {
  constructor(customerId, name) {
    this.customerId = customerId;
    this.name = name;
  }
}
Event('customer-renamed')(CustomerRenamed);

class Customer extends AggregateRoot {
  rename(name) {
    if (this.version === 0) throw new Error(`There is no customer ${this.id.value}.`);
    if (this.name !== name) this.applyEvent(new CustomerRenamed(this.id.value, name));
  }

  onCustomerRegistered({ name }) {
    this.name = name;
  }

  onCustomerRenamed({ name }) {
    this.name = name;
  }
}
Aggregate({ streamName: 'customer' })(Customer);

class RenameCustomerHandler {
  constructor(events) {
    this.events = events;
  }

  async execute({ customerId, name }) {
    const id = UUID.from(customerId);
    const stream = EventStream.for(Customer, id);
    const customer = new Customer();
    customer.id = id;
    await customer.loadFromHistory(this.events.getEvents(stream));
    customer.rename(name);
    await this.events.appendEvents(stream, customer.version, customer.commit());
  }
}
Reflect.defineMetadata('design:paramtypes', [EventStore], RenameCustomerHandler);
CommandHandler(RenameCustomer)(RenameCustomerHandler);

class BenchModule {}
Module({
  imports: [EventSourcingModule.forRoot({ events: [CustomerRegistered, CustomerRenamed] })],
  providers: [RenameCustomerHandler],
})(BenchModule);

/** @ocoda/event-sourcing with its store in memory: its others need a MongoDB or DynamoDB server. It keeps one list of all events and searches it. */
export async function open({ customerIds }) {
  const app = await NestFactory.createApplicationContext(BenchModule, { logger: false });
  const events = app.get(EventStore);
  const bus = app.get(CommandBus);
  await events.setup();
  for (const customerId of customerIds) {
    const stream = EventStream.for(Customer, UUID.from(customerId));
    await events.appendEvents(stream, 1, [new CustomerRegistered(customerId, 'New')]);
  }
  return {
    durability: 'none: in memory',
    inFlight: 1,
    rename: async (customerId, name) => bus.execute(validRename(customerId, name)),
    close: () => app.close(),
  };
}
