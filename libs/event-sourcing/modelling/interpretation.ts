import type { RecordedEvent } from '../ports/event-store.js';
import { eventTypeOf, type Class, type EventType } from './domain-event.js';

/** How events are to be read in the light of later ones. */
export interface Reading {
  /** The event as it counts: itself, a copy with other data, or undefined where it counts no more. */
  read(event: RecordedEvent): RecordedEvent | undefined;
  /** All ids whose events are read as those of this one, itself included. Default: itself alone. */
  sameAs?(id: string): readonly string[];
}

export interface InterpretationOptions {
  /** The events that change what earlier ones mean; their classes say whose, by `reinterprets`. */
  of: readonly Class[];
  /**
   * From those of these events that are known, in their order, to how every event is to be read.
   * Pure. A reading may change the data of events, and never their types.
   */
  reading(events: readonly RecordedEvent[]): Reading;
  /** The ids that an event names of those that a reading replaces by others. A key of a document that is made of several ids joins them with `/`. */
  subjects?(event: RecordedEvent): readonly string[];
  /** It was never true what it changes: as of any earlier moment too, once it is known. Default false: it changes what is true from when it occurred. */
  retroactive?: boolean;
}

/** What some events make of others, for every view and for every moment at once: no view has to know. */
export class Interpretation {
  constructor(readonly options: InterpretationOptions) {
    for (const type of this.eventTypes()) {
      if (!type.reinterprets) throw new Error(`${type.name} changes the meaning of others; say of which: @DomainEvent({ reinterprets: … }).`);
    }
  }

  eventTypes(): EventType[] {
    return this.options.of.map((type) => eventTypeOf(type));
  }

  /** Names of its events. */
  get types(): ReadonlySet<string> {
    return new Set(this.eventTypes().map(({ name }) => name));
  }
}

/** `interpretation({ of: [CustomersMerged, CustomersUnmerged], reading })`, exported from a file in `domain/`. */
export const interpretation = (options: InterpretationOptions) => new Interpretation(options);
