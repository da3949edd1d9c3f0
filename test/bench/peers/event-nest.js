import {
  AbstractEventStore, AggregateRoot, AggregateRootConfig, ApplyEvent, DomainEvent, DomainEventEmitter, EventConcurrencyException, NoOpSnapshotStore,
} from '@event-nest/core';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { validRename } from './rename-customer.js';

// Written without decorator syntax, so that it runs as it stands: `DomainEvent()(Type)` is what `@DomainEvent() class Type` does.

class CustomerRegistered {
  constructor(name) {
    this.name = name;
  }
}
DomainEvent('customer-registered')(CustomerRegistered);

class CustomerRenamed {
  constructor(name) {
    this.name = name;
  }
}
DomainEvent('customer-renamed')(CustomerRenamed);

class Customer extends AggregateRoot {
  static fromEvents(id, events) {
    const customer = new Customer(id);
    customer.reconstitute(events);
    return customer;
  }

  register(name) {
    this.append(new CustomerRegistered(name));
  }

  rename(name) {
    if (this.version === 0) throw new Error(`There is no customer ${this.id}.`);
    if (this.name !== name) this.append(new CustomerRenamed(name));
  }

  applyRegistered({ name }) {
    this.name = name;
  }

  applyRenamed({ name }) {
    this.name = name;
  }
}
AggregateRootConfig({ name: 'Customer' })(Customer);
ApplyEvent(CustomerRegistered)(Customer.prototype, 'applyRegistered');
ApplyEvent(CustomerRenamed)(Customer.prototype, 'applyRenamed');

/** A store for event-nest with nothing in it that could be slow: a map of streams, checked by revision as its own stores do. */
class StreamsInMemory extends AbstractEventStore {
  streams = new Map();

  async generateEntityId() {
    return randomUUID();
  }

  async findAggregateRootVersion(id) {
    return this.streams.get(id)?.length ?? -1;
  }

  async findByAggregateRootId(_, id) {
    return this.streams.get(id) ?? [];
  }

  async save(events, aggregate) {
    let stream = this.streams.get(aggregate.id);
    if (!stream) this.streams.set(aggregate.id, (stream = []));
    if (aggregate.version !== stream.length) throw new EventConcurrencyException(aggregate.id, stream.length, aggregate.version);
    for (const event of events) {
      event.aggregateRootVersion = stream.length + 1;
      stream.push(event);
    }
    aggregate.version = stream.length;
    return events;
  }
}

/** @event-nest on a store in memory that is written here: all of its own need a database server. Called without a bus, for it has none. */
export async function open({ customerIds }) {
  Logger.overrideLogger(false);
  const store = new StreamsInMemory(new DomainEventEmitter(), new NoOpSnapshotStore());
  for (const customerId of customerIds) {
    const customer = store.addPublisher(new Customer(customerId));
    customer.register('New');
    await customer.commit();
  }
  return {
    durability: 'none: in memory',
    inFlight: 1,
    rename: async (customerId, name) => {
      validRename(customerId, name);
      const customer = Customer.fromEvents(customerId, await store.findByAggregateRootId(Customer, customerId));
      customer.rename(name);
      await store.addPublisher(customer).commit();
    },
    close: async () => undefined,
  };
}
