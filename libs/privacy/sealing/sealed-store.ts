import { eventTypeOf, wrongState, type EventPage, type EventStore, type EventToAppend, type EventTypes, type RecordedEvent } from '#event-sourcing';
import type { SubjectKey, SubjectKeys } from '../keys/subject-keys.js';
import { PersonalDataErased } from '../domain/erasure.js';
import { planOf, type SealedTogether } from './plan.js';
import { isSealed, leaveOut, openEvent, partsToSeal, sealedEvent, subjectsOf, type ToSeal } from './sealed-event.js';

const ERASURE = eventTypeOf(PersonalDataErased).name;

export interface SealingOptions {
  /** Whether what is appended is sealed. Default true; what is sealed already is opened in either case. */
  seal?: boolean;
}

/**
 * The same store for those who may know: personal fields are sealed for their data subjects before they are appended,
 * and opened as they are read. Those of an erased person read as erased; what is stored without a seal reads as it is.
 */
export function withSealing(store: EventStore, keys: SubjectKeys, types: EventTypes, { seal = true }: SealingOptions = {}): EventStore {
  const plans = new Map(types.all().map((type) => [type.name, planOf(type)] as const).filter(([, plan]) => plan.length > 0));
  return {
    append: async (stream, expected, events) => {
      const parts = seal ? events.map((event) => partsOf(plans.get(event.type), event)) : [];
      if (parts.every((each) => each === undefined)) return store.append(stream, expected, events);
      const sealing = sealAll(events, parts);
      return store.append(stream, expected, sealing instanceof Promise ? await sealing : sealing);
    },
    head: () => store.head(),
    close: () => store.close(),
    async *readStream(...args) {
      for await (const events of store.readStream(...args)) yield await opened(events);
    },
    readAll: (options) => pages(store.readAll(options)),
    readAt: async (positions) => opened(await store.readAt(positions)),
    subscribe: (options) => pages(store.subscribe(options)),
  };

  async function* pages(source: AsyncIterable<EventPage>): AsyncIterable<EventPage> {
    for await (const page of source) yield { ...page, events: await opened(page.events) };
  }

  /** Only who has to wait for a key waits. */
  function sealAll(events: readonly EventToAppend[], parts: readonly (ToSeal[] | undefined)[]): EventToAppend[] | Promise<EventToAppend[]> {
    const subjects = parts.flatMap((each) => each ?? []).flatMap((part) => part.subjects);
    const known = keysAtHand(keys, subjects);
    const sealed = (all: ReadonlyMap<string, SubjectKey>) => events.map((event, index) => (parts[index] ? sealedEvent(event, parts[index], (of) => keyToSeal(keys, all, of)) : event));
    if (known.missing.length === 0) return sealed(known.found);
    return keys.issue(known.missing).then((issued) => sealed(new Map([...known.found, ...issued])));
  }

  async function opened(events: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]> {
    forgetErased(keys, events);
    const sealed = events.filter(isSealed);
    if (keys.someAreErased) hideErased(events);
    if (sealed.length === 0) return events;
    const { found, missing } = keysAtHand(keys, sealed.flatMap(subjectsOf));
    if (missing.length > 0) for (const [subject, key] of await keys.find(missing)) found.set(subject, key);
    for (const event of sealed) openEvent(event, (of) => keyToOpen(keys, found, of));
    return events;
  }

  /** What was appended before there were seals is not shown of the erased either, though the log still holds it. */
  function hideErased(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      const plan = isSealed(event) ? undefined : plans.get(event.type);
      for (const { subjects, fields } of plan ? partsToSeal(event, plan) : []) {
        if (subjects.some((subject) => keys.isErased(subject))) leaveOut(event, fields);
      }
    }
  }
}

/** Another process may have erased somebody: its event tells this one, which may still have the key in memory. */
function forgetErased(keys: SubjectKeys, events: readonly RecordedEvent[]): void {
  for (const { type, data } of events) if (type === ERASURE) keys.forget((data as PersonalDataErased).subject);
}

function partsOf(plan: readonly SealedTogether[] | undefined, event: EventToAppend): ToSeal[] | undefined {
  const parts = plan && partsToSeal(event, plan);
  return parts && parts.length > 0 ? parts : undefined;
}

function keysAtHand(keys: SubjectKeys, subjects: readonly string[]): { found: Map<string, SubjectKey>; missing: string[] } {
  const found = new Map<string, SubjectKey>();
  const missing = new Set<string>();
  for (const subject of subjects) {
    if (found.has(subject)) continue;
    const key = keys.atHand(subject);
    if (key) found.set(subject, key);
    else missing.add(subject);
  }
  return { found, missing: [...missing] };
}

/** @throws Rejection somebody of them was erased. */
function keyToSeal(keys: SubjectKeys, known: ReadonlyMap<string, SubjectKey>, subjects: readonly string[]): Buffer {
  const found = subjects.map((subject) => known.get(subject)!);
  const erased = subjects.find((_, index) => found[index] === 'erased');
  if (erased !== undefined) {
    throw wrongState('person-erased', `The personal data of ${erased} was erased; nothing personal is recorded under this id again. Leave out what is personal, or register the person anew under another id where there is a new reason to.`, { subject: erased });
  }
  return keys.together(subjects, found as Buffer[]);
}

function keyToOpen(keys: SubjectKeys, known: ReadonlyMap<string, SubjectKey>, subjects: readonly string[]): SubjectKey {
  if (subjects.length === 1) return known.get(subjects[0]!)!;
  const found = subjects.map((subject) => known.get(subject)!);
  return found.includes('erased') ? 'erased' : keys.together(subjects, found as Buffer[]);
}
