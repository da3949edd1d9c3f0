import { eventTypeOf, traitsOf, wrongState, type EventPage, type EventStore, type EventToAppend, type EventTypes, type RecordedEvent } from '#event-sourcing';
import { PersonalDataErased } from '../domain/erasure.js';
import type { SubjectKey, SubjectKeys } from '../keys/subject-keys.js';
import { planOf } from './plan.js';
import { isSealed, leaveOut, openEvents, partsToSeal, sealedEvent, sealedFor, type KeyOf, type ToSeal } from './sealed-event.js';

const ERASURE = eventTypeOf(PersonalDataErased).name;

export interface SealingOptions {
  /** Whether what is appended is sealed. Default true; what is sealed already is opened in either case. */
  seal?: boolean;
}

/**
 * The same store for those who may know: personal fields are sealed for their data subjects before they are appended,
 * and opened when they are read. Those of an erased person read as erased; what is stored without a seal reads as it is.
 */
export function withSealing(store: EventStore, keys: SubjectKeys, types: EventTypes, { seal = true }: SealingOptions = {}): EventStore {
  const plans = new Map(types.all().map((type) => [type.name, planOf(type)] as const).filter(([, plan]) => plan.length > 0));
  const atHand = keysFrom(keys, (subject) => keys.atHand(subject));
  const atHandToSeal = keysToSeal(atHand);
  return {
    ...traitsOf(store),
    append: async (stream, expected, events) => {
      const sealed = seal ? sealAll(events) : events;
      return store.append(stream, expected, sealed instanceof Promise ? await sealed : sealed);
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
  function sealAll(events: readonly EventToAppend[]): readonly EventToAppend[] | Promise<readonly EventToAppend[]> {
    const sealed: EventToAppend[] = [];
    for (const event of events) {
      const parts = partsOf(event);
      const done = parts.length > 0 ? sealedEvent(event, parts, atHandToSeal) : event;
      if (!done) return sealWithNewKeys(events);
      sealed.push(done);
    }
    return sealed;
  }

  async function sealWithNewKeys(events: readonly EventToAppend[]): Promise<EventToAppend[]> {
    const parts = events.map(partsOf);
    const issued = await keys.issue([...new Set(parts.flat().flatMap(({ subjects }) => subjects))]);
    const keyOf = keysToSeal(keysFrom(keys, (subject) => issued.get(subject)));
    return events.map((event, index) => (parts[index]!.length > 0 ? sealedEvent(event, parts[index]!, keyOf)! : event));
  }

  function partsOf(event: EventToAppend): readonly ToSeal[] {
    const plan = plans.get(event.type);
    return plan ? partsToSeal(event, plan) : NOTHING;
  }

  async function opened(events: readonly RecordedEvent[]): Promise<readonly RecordedEvent[]> {
    forgetErased(keys, events);
    const sealed: RecordedEvent[] = [];
    for (const event of events) {
      if (isSealed(event)) sealed.push(event);
      else if (keys.someAreErased) hideErased(event);
    }
    const waiting = openEvents(sealed, atHand);
    if (waiting.length > 0) {
      const found = await keys.find([...new Set(waiting.flatMap(sealedFor))]);
      openEvents(waiting, keysFrom(keys, (subject) => found.get(subject)));
    }
    if (keys.someAreWithheld) withhold(events);
    return events;
  }

  /** What turned out to be about somebody who was erased, and is sealed for another. */
  function withhold(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      if (keys.isWithheld(event.position)) leaveOut(event, (plans.get(event.type) ?? []).flatMap(({ fields }) => fields));
    }
  }

  /** What was appended before there were seals is not shown of the erased either, though the log still holds it. */
  function hideErased(event: RecordedEvent): void {
    const plan = plans.get(event.type);
    for (const { subjects, fields } of plan ? partsToSeal(event, plan) : NOTHING) {
      if (subjects.some((subject) => keys.isErased(subject))) leaveOut(event, fields);
    }
  }
}

const NOTHING: readonly ToSeal[] = [];

/** Another process may have erased somebody: its event tells this one, which may still have the key in memory. */
function forgetErased(keys: SubjectKeys, events: readonly RecordedEvent[]): void {
  for (const { type, data } of events) {
    if (type !== ERASURE) continue;
    const { subject, withheld } = data as PersonalDataErased;
    keys.forget(subject);
    keys.withhold(withheld?.positions ?? []);
  }
}

function keysFrom(keys: SubjectKeys, keyOf: (subject: string) => SubjectKey | undefined): KeyOf {
  return (subjects) => {
    if (subjects.length === 1) return keyOf(subjects[0]!);
    const found = subjects.map(keyOf);
    if (found.includes(undefined)) return undefined;
    return found.includes('erased') ? 'erased' : keys.together(subjects, found as Buffer[]);
  };
}

/** @throws Rejection somebody of them was erased. */
function keysToSeal(keyOf: KeyOf): KeyOf {
  return (subjects) => {
    const key = keyOf(subjects);
    if (key !== 'erased') return key;
    const erased = subjects.find((subject) => keyOf([subject]) === 'erased')!;
    throw wrongState('person-erased', `The personal data of ${erased} was erased; nothing personal is recorded under this id again. Leave out what is personal, or register the person anew under another id where there is a new reason to.`, { subject: erased });
  };
}
