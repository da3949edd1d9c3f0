import type { Aggregate } from '../../modelling/aggregate.js';
import type { AnyView } from '../../modelling/view.js';
import type { Document } from '../../ports/document-store.js';
import type { EventStore, RecordedEvent } from '../../ports/event-store.js';
import { documentsIn, foldInto } from '../folding-in-memory.js';
import { presentOf, type Moment } from '../moments/moment.js';
import type { RowsInstead } from '../reader-instead.js';
import { versionsInForce, type PolicyVersionRow } from './policy-versions.js';

export interface PoliciesSurroundings {
  events: EventStore;
  /** Every version that was published. */
  versions: () => Promise<readonly PolicyVersionRow[]>;
}

/** What policies were published, and what is folded of them. */
export class Policies {
  private readonly types: ReadonlySet<string>;
  private readonly publishing: ReadonlySet<string>;

  constructor(aggregates: readonly Aggregate[], private readonly around: PoliciesSurroundings) {
    const policies = aggregates.filter(({ published }) => published !== undefined);
    this.types = new Set(policies.flatMap((policy) => policy.eventTypes().map(({ name }) => name)));
    this.publishing = new Set(policies.map(({ published }) => published!.type.name));
  }

  /** Every version of every policy. @throws NotYetThere */
  published(): Promise<readonly PolicyVersionRow[]> {
    return this.around.versions();
  }

  /** Rows of views of policies, and of no other view, as if the versions in force at that moment were all there ever were. */
  decidingAt(moment: Moment, now: string): RowsInstead {
    let events: Promise<RecordedEvent[]> | undefined;
    const rows = async (view: AnyView): Promise<Document[]> => {
      const rows = new Map<string, object>();
      for (const event of await (events ??= this.inForce(moment, now))) foldInto(view, rows, event);
      return documentsIn(rows);
    };
    return (view) => (this.tellsOfPolicies(view) ? rows(view) : undefined);
  }

  private tellsOfPolicies(view: AnyView): boolean {
    const types = view.eventTypes();
    return types.length > 0 && types.every(({ name }) => this.types.has(name));
  }

  /** The events that published the versions in force, and what else was recorded of these policies before. */
  private async inForce(moment: Moment, now: string): Promise<RecordedEvent[]> {
    const found: RecordedEvent[] = [];
    for (const { stream, eventId, revision } of versionsInForce(await this.published(), presentOf(moment, now), moment)) {
      for await (const page of this.around.events.readStream(stream)) {
        found.push(...page.filter((event) => event.id === eventId || (event.revision < revision && !this.publishing.has(event.type))));
      }
    }
    return found.sort((one, other) => one.position - other.position);
  }
}
