import { BEGINNING, eventTypeOf, momentFrom, refuseFuture, type Context, type EventStore, type Moment, type RecordedEvent } from '#event-sourcing';
import { AccessRulesDeployed, Rules, RULES_ID } from '../domain/access-rules.js';
import { Rights } from '../domain/rights.js';
import { type RoleDefinition } from '../domain/role.js';
import { type Grant } from '../domain/user.js';
import { allowsArea, allowsView, type Ruled } from '../enforcement/rules.js';
import { unionsOf } from './ever-one-with.js';

/** Somebody who could have seen a record, by one of their roles. */
export interface PossibleViewer {
  subject: string;
  role: string;
  /** By which of the role's records this one was reached. */
  because: RoleDefinition['records'];
  place: Omit<Grant, 'role'>;
  personal: boolean;
  /** Views with rows of the record that the role allowed, in the program that ran then. */
  views: readonly string[];
  /** Analyses that are made of such rows, likewise. */
  analyses: readonly string[];
  /** Whether the events of the record could be read. */
  history: boolean;
}

export interface Period {
  /** ISO 8601, inclusive. */
  from: string;
  to: string;
}

const PAGE_SIZE = 1_000;
const DEPLOYED = eventTypeOf(AccessRulesDeployed).name;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A whole day in UTC, or one moment. @throws InvalidQuery the text is no time, or one that lies in the future. */
export function periodOf(text: string, now: Date): Period {
  const { asOf: to } = momentFrom({ asOf: text }) as Required<Pick<Moment, 'asOf'>>;
  refuseFuture({ asOf: to }, now);
  return { from: DAY.test(text) ? `${text}T00:00:00.000Z` : to, to };
}

/** What is told of records, and who may ask it. */
export interface RuledQuestions {
  views: readonly Ruled[];
  analyses: readonly Ruled[];
}

/** Those in the code of this program. */
export const questionsOf = (contexts: readonly Pick<Context, 'views' | 'analyses'>[]): RuledQuestions => ({
  views: contexts.flatMap(({ views }) => views),
  analyses: contexts.flatMap(({ analyses = [] }) => analyses),
});

/**
 * Everybody who could have seen the record at any time of the period, by the rights that were recorded by then and the
 * rules in the code of the programs that ran then. What tokens named counts from when they were first shown.
 * @param questions those of this program, for a log in which no rules were recorded yet.
 */
export async function whoCouldSee(events: EventStore, questions: RuledQuestions, record: string, { from, to }: Period): Promise<PossibleViewer[]> {
  const rights = new Rights();
  const rulesAt = await rulesInForce(events, questions);
  const found = new Map<string, PossibleViewer>();
  const look = (at: string) => {
    for (const viewer of viewersIn(rights, rulesAt(at), record, at)) found.set(JSON.stringify(viewer), viewer);
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

/** The views and analyses as the rules in force at a moment had them; before any were recorded, as those that were recorded first. */
async function rulesInForce(events: EventStore, questions: RuledQuestions): Promise<(at: string) => RuledQuestions> {
  const deployed: (RuledQuestions & { since: string })[] = [];
  for await (const page of events.readStream(Rules.streamOf(RULES_ID))) {
    for (const { data, recordedAt } of page) {
      const { views, analyses = {} } = data as AccessRulesDeployed;
      deployed.push({ since: recordedAt, views: ruled(views), analyses: ruled(analyses) });
    }
  }
  return (at) => deployed.findLast(({ since }) => since <= at) ?? deployed[0] ?? questions;
}

const ruled = (rules: AccessRulesDeployed['views']): Ruled[] => Object.entries(rules).map(([name, options]) => ({ name, options }));

/** Events about rights and rules in the order of the log; of assignments those of the record, and of customers that were ever one with it. */
async function* eventsAbout(events: EventStore, record: string): AsyncGenerator<RecordedEvent> {
  const records = new Set([record, ...(await unionsOf(events, record)).map(({ customerId }) => customerId)]);
  for await (const page of events.readAll({ after: BEGINNING, filter: { types: [...Rights.types, DEPLOYED] }, pageSize: PAGE_SIZE })) {
    for (const event of page.events) {
      const { customerId } = event.data as { customerId?: string };
      if (customerId === undefined || records.has(customerId)) yield event;
    }
  }
}

function viewersIn(rights: Rights, { views, analyses }: RuledQuestions, record: string, at: string): PossibleViewer[] {
  return rights.subjects().flatMap((subject) => rights.grantsOf(subject, at).flatMap((grant) => {
    const role = rights.roles.get(grant.role);
    const reach = role && rights.reach(subject, grant, role.records);
    if (!role || !reach || (reach !== 'all' && !reach.has(record))) return [];
    const { role: name, ...place } = grant;
    const history = allowsArea(role, 'history') && role.personal;
    const shown = { views: allowedTo(role, views), analyses: allowedTo(role, analyses) };
    const isAny = history || shown.views.length > 0 || shown.analyses.length > 0;
    return isAny ? [{ subject, role: name, because: role.records, place, personal: role.personal, ...shown, history }] : [];
  }));
}

const allowedTo = (role: RoleDefinition, questions: readonly Ruled[]): string[] =>
  questions.filter((question) => question.options.record && allowsView(role, question)).map(({ name }) => name).sort();
