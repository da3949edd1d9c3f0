import { BEGINNING, momentFrom, refuseFuture, type AnyView, type EventStore, type Moment, type RecordedEvent } from '#event-sourcing';
import { Rights } from '../domain/rights.js';
import { type RoleDefinition } from '../domain/role.js';
import { type Grant } from '../domain/user.js';
import { allowsArea, allowsView } from '../enforcement/rules.js';

/** Somebody who could have seen a record, by one of their roles. */
export interface PossibleViewer {
  subject: string;
  role: string;
  /** By which of the role's records this one was reached. */
  because: RoleDefinition['records'];
  place: Omit<Grant, 'role'>;
  personal: boolean;
  /** Views with rows of the record that the role allows, in the program as it is today. */
  views: readonly string[];
  /** Whether the events of the record could be read. */
  history: boolean;
}

export interface Period {
  /** ISO 8601, inclusive. */
  from: string;
  to: string;
}

const PAGE_SIZE = 1_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A whole day in UTC, or one moment. @throws InvalidQuery the text is no time, or one that lies in the future. */
export function periodOf(text: string, now: Date): Period {
  const { asOf: to } = momentFrom({ asOf: text }) as Required<Pick<Moment, 'asOf'>>;
  refuseFuture({ asOf: to }, now);
  return { from: DAY.test(text) ? `${text}T00:00:00.000Z` : to, to };
}

/**
 * Everybody who could have seen the record at any time of the period, by the rights that were recorded by then. What
 * tokens named counts from when they were first shown.
 */
export async function whoCouldSee(events: EventStore, views: readonly AnyView[], record: string, { from, to }: Period): Promise<PossibleViewer[]> {
  const rights = new Rights();
  const found = new Map<string, PossibleViewer>();
  const look = (at: string) => {
    for (const viewer of viewersIn(rights, views, record, at)) found.set(JSON.stringify(viewer), viewer);
  };
  let hasBegun = false;
  for await (const event of eventsAbout(events, record)) {
    if (event.recordedAt > to) break;
    if (!hasBegun && event.recordedAt > from) look(from);
    hasBegun ||= event.recordedAt > from;
    rights.apply(event);
    if (hasBegun) look(event.recordedAt);
  }
  if (!hasBegun) look(from);
  return [...found.values()].sort((one, other) => (one.subject < other.subject ? -1 : 1));
}

/** Events about rights in the order of the log; of assignments those of the one record. */
async function* eventsAbout(events: EventStore, record: string): AsyncGenerator<RecordedEvent> {
  for await (const page of events.readAll({ after: BEGINNING, filter: { types: Rights.types }, pageSize: PAGE_SIZE })) {
    for (const event of page.events) {
      const { customerId } = event.data as { customerId?: string };
      if (customerId === undefined || customerId === record) yield event;
    }
  }
}

function viewersIn(rights: Rights, views: readonly AnyView[], record: string, at: string): PossibleViewer[] {
  return rights.subjects().flatMap((subject) => rights.grantsOf(subject, at).flatMap((grant) => {
    const role = rights.roles.get(grant.role);
    const reach = role && rights.reach(subject, grant, role.records);
    if (!role || !reach || (reach !== 'all' && !reach.has(record))) return [];
    const shown = views.filter((view) => view.options.record && allowsView(role, view)).map(({ name }) => name).sort();
    const { role: name, ...place } = grant;
    const history = allowsArea(role, 'history') && role.personal;
    return shown.length > 0 || history ? [{ subject, role: name, because: role.records, place, personal: role.personal, views: shown, history }] : [];
  }));
}
