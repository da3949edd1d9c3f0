import type { EventToAppend } from '#event-sourcing';
import type { SubjectKey } from '../keys/subject-keys.js';
import { open, seal } from '../keys/sealing-key.js';
import { subjectAt, subjectPath, type SealedTogether } from './plan.js';

/** What a text of an erased person reads as. Other values of erased persons are left out. */
export const ERASED = '[erased]';

/** Field of stored data that holds what is sealed. */
const PERSONAL = '$personal';

/** Stored with an event: some fields, for whom they are sealed, and their values. */
interface Sealed {
  /** Paths of the ids of the subjects, in the same event, with blanks between them. */
  of: string;
  fields: string[];
  /** Base64 of nonce, ciphertext and tag. */
  sealed: string;
}

/** Fields of one event that are to be sealed, and for whom. */
export interface ToSeal {
  subjects: string[];
  of: string;
  fields: string[];
  values: unknown[];
}

type Data = Record<string, unknown>;

/** @throws Error the event is about nobody who is named in it. */
export function partsToSeal(event: EventToAppend, plan: readonly SealedTogether[]): ToSeal[] {
  const data = event.data as Data;
  const parts: ToSeal[] = [];
  for (const together of plan) {
    const fields = together.fields.filter((field) => holds(data[field]));
    if (fields.length === 0) continue;
    const subjects: string[] = [];
    const of: string[] = [];
    for (const path of together.subjects) {
      const subject = subjectAt(data, path);
      if (subject === undefined || subjects.includes(subject)) continue;
      subjects.push(subject);
      of.push(path.path);
    }
    if (subjects.length === 0) throw new Error(`${event.type} has personal data in ${fields.join(', ')} and names nobody in ${together.subjects.map(({ path }) => path).join(', ')}.`);
    parts.push({ subjects, of: of.join(' '), fields, values: fields.map((field) => data[field]) });
  }
  return parts;
}

/** Null says that something is not known any more, and what is erased stays erased: neither is personal. */
const holds = (value: unknown): boolean => value !== undefined && value !== null && value !== ERASED;

/** The event with its personal fields sealed. Each leaves an empty place, so that the fields keep their order. */
export function sealedEvent(event: EventToAppend, parts: readonly ToSeal[], keyOf: (subjects: readonly string[]) => Buffer): EventToAppend {
  const data: Data = { ...event.data };
  const sealed: Sealed[] = [];
  for (const { subjects, of, fields, values } of parts) {
    const bytes = seal(keyOf(subjects), JSON.stringify(values), placeOf(event, fields, subjects));
    sealed.push({ of, fields, sealed: bytes.toString('base64') });
    for (const field of fields) data[field] = typeof data[field] === 'string' ? '' : null;
  }
  data[PERSONAL] = sealed;
  return { ...event, data };
}

export function isSealed({ data }: { data: object }): boolean {
  return PERSONAL in data;
}

/** Names of all whom something in the event is sealed for. */
export function subjectsOf({ data }: { data: object }): string[] {
  return sealedIn(data).flatMap((part) => subjectsIn(data, part.of));
}

/**
 * Puts the personal fields back into the data of an event, which must be the reader's own.
 * @param keyOf the key of what is about these subjects.
 * @throws CannotOpen what is stored was changed.
 */
export function openEvent(event: { id: string; type: string; data: object }, keyOf: (subjects: readonly string[]) => SubjectKey): void {
  const data = event.data as Data;
  for (const { of, fields, sealed } of sealedIn(data)) {
    const subjects = subjectsIn(data, of);
    const key = keyOf(subjects);
    if (key === 'erased') leaveOut(event, fields);
    else putBack(data, fields, JSON.parse(open(key, Buffer.from(sealed, 'base64'), placeOf(event, fields, subjects)).toString()) as unknown[]);
  }
  delete data[PERSONAL];
}

const sealedIn = (data: object): Sealed[] => ((data as Data)[PERSONAL] ?? []) as Sealed[];

const paths = new Map<string, ReturnType<typeof subjectPath>[]>();

function subjectsIn(data: object, of: string): string[] {
  let known = paths.get(of);
  if (!known) paths.set(of, (known = of.split(' ').map(subjectPath)));
  return known.map((path) => subjectAt(data, path)!);
}

function putBack(data: Data, fields: readonly string[], values: readonly unknown[]): void {
  for (let index = 0; index < fields.length; index++) data[fields[index]!] = values[index];
}

/** Puts into these fields what erased ones read as. */
export function leaveOut(event: { data: object }, fields: readonly string[]): void {
  const data = event.data as Data;
  for (const field of fields) {
    if (typeof data[field] === 'string') data[field] = ERASED;
    else delete data[field];
  }
}

/** What is sealed opens in this event alone, as these fields, for these persons. */
function placeOf({ id, type }: { id: string; type: string }, fields: readonly string[], subjects: readonly string[]): string {
  return `${id}\n${type}\n${fields.join(' ')}\n${subjects.join(' ')}`;
}
