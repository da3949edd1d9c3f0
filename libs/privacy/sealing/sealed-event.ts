import type { EventToAppend } from '#event-sourcing';
import type { SubjectKey } from '../keys/subject-keys.js';
import { openAll, type Sealed } from '../keys/open-all.js';
import { sealJson } from '../keys/sealing-key.js';
import { idAt, pathsWithin, subjectAt, subjectPath, type SealedTogether, type SubjectPath } from './plan.js';

/** What a text of an erased person reads as. Other values of erased persons are left out. */
export const ERASED = '[erased]';

/**
 * Field of stored data that holds what is sealed: three texts for each part. Whose it is (paths of ids in the same
 * event), of which fields, and base64 of nonce, ciphertext and tag of the fields' values. One flat list of texts is
 * what costs least to read and write.
 */
const PERSONAL = '$personal';
const TEXTS_OF_A_PART = 3;

/** The key of what is about these subjects; undefined where it has to be fetched first. */
export type KeyOf = (subjects: readonly string[]) => SubjectKey | undefined;

type Data = Record<string, unknown>;
type Part = readonly string[];

/** Fields of an event that are about the same persons. */
export interface ToSeal {
  fields: string[];
  subjects: string[];
  /** Where the subjects are named. */
  of: string;
}

/** Null says that something is not known any more, and what is erased stays erased: neither is personal. */
const holds = (value: unknown): boolean => value !== undefined && value !== null && value !== ERASED;

/** @throws Error the event is about nobody who is named in it. */
export function partsToSeal(event: { type: string; data: object }, plan: readonly SealedTogether[]): ToSeal[] {
  const data = event.data as Data;
  const parts: ToSeal[] = [];
  for (const together of plan) {
    const fields = together.fields.filter((field) => holds(data[field]));
    const about = fields.length > 0 ? named(event, together) : undefined;
    if (about) parts.push({ fields, ...about });
  }
  return parts;
}

/** @returns undefined where the event names nobody, and need not. */
function named({ type, data }: { type: string; data: object }, { subjects: declared, within, optional }: SealedTogether): Pick<ToSeal, 'subjects' | 'of'> | undefined {
  const paths = within === undefined ? declared : [...declared, ...pathsWithin(data, within)];
  const subjects: string[] = [];
  let of = '';
  for (const path of paths) {
    const subject = subjectAt(data, path);
    if (subject === undefined || subjects.includes(subject)) continue;
    subjects.push(subject);
    of = of === '' ? path.path : `${of} ${path.path}`;
  }
  if (subjects.length > 0) return { subjects, of };
  if (optional) return undefined;
  throw new Error(`${type} has personal data and names nobody in ${paths.map(({ path }) => path).join(', ')}.`);
}

/**
 * The event with its personal fields sealed. Each leaves an empty place, so that the fields keep their order.
 * @returns undefined where a key has to be fetched first.
 */
export function sealedEvent(event: EventToAppend, parts: readonly ToSeal[], keyOf: KeyOf): EventToAppend | undefined {
  const data: Data = { ...event.data };
  const sealed: string[] = [];
  for (const { fields, subjects, of } of parts) {
    const key = keyOf(subjects);
    if (key === undefined) return undefined;
    const values = fields.map((field) => data[field]);
    const names = fields.length === 1 ? fields[0]! : fields.join(' ');
    sealed.push(of, names, sealJson(key as Buffer, JSON.stringify(values), placeOf(event, names, subjects)));
    for (const field of fields) data[field] = typeof data[field] === 'string' ? '' : null;
  }
  data[PERSONAL] = sealed;
  const { id, type, schemaVersion, occurredAt, metadata } = event;
  return { id, type, schemaVersion, occurredAt, data, metadata };
}

export const isSealed = ({ data }: { data: object }): boolean => (data as Data)[PERSONAL] !== undefined;

/** Names of all whom something in the event is sealed for. */
export function sealedFor({ data }: { data: object }): string[] {
  const part = (data as Data)[PERSONAL] as Part | undefined;
  const subjects: string[] = [];
  for (let at = 0; part && at < part.length; at += TEXTS_OF_A_PART) subjects.push(...subjectsIn(data, part[at]!));
  return subjects;
}

/**
 * Gives events, which must be the reader's own, data with their personal fields opened. Where what is stored of one was
 * changed, whoever looks at that field gets CannotOpen: other readers of the event are not concerned.
 * @returns those for which a key has to be fetched first: nothing is done with them.
 */
export function openEvents<Event extends Openable>(events: readonly Event[], keyOf: KeyOf): Event[] {
  const waiting: Event[] = [];
  const sealed: Sealed[] = [];
  const fields: { data: Data; names: string }[] = [];
  const keyAgain = rememberingLast(keyOf);
  for (const event of events) if (!collect(event, keyAgain, sealed, fields)) waiting.push(event);
  const opened = openAll(sealed);
  for (let index = 0; index < opened.length; index++) fill(fields[index]!, opened[index]);
  return waiting;
}

/** Neighbours are often about the same persons: who are named in the same list need not be looked up again. */
function rememberingLast(keyOf: KeyOf): KeyOf {
  let last: readonly string[] | undefined;
  let key: SubjectKey | undefined;
  return (subjects) => {
    if (subjects !== last || key === undefined) [last, key] = [subjects, keyOf(subjects)];
    return key;
  };
}

interface Openable {
  id: string;
  type: string;
  data: object;
}

/** Takes what is sealed out of the event's data. @returns false where a key is not at hand. */
function collect(event: Openable, keyOf: KeyOf, sealed: Sealed[], fields: { data: Data; names: string }[]): boolean {
  const data = event.data as Data;
  const part = data[PERSONAL] as Part;
  const before = sealed.length;
  for (let at = 0; at < part.length; at += TEXTS_OF_A_PART) {
    const [subjects, names] = [subjectsIn(data, part[at]!), part[at + 1]!];
    const key = keyOf(subjects);
    if (key === undefined) {
      sealed.length = fields.length = before;
      return false;
    }
    if (key === 'erased') leaveOut({ data }, fieldsIn(names));
    else {
      sealed.push({ key, place: placeOf(event, names, subjects), text: part[at + 2]! });
      fields.push({ data, names });
    }
  }
  // The last field of all: taking that away costs a fifth of copying the others.
  delete data[PERSONAL];
  return true;
}

const fieldsIn = (names: string): string[] => (names.includes(' ') ? names.split(' ') : [names]);

function fill({ data, names }: { data: Data; names: string }, opened: unknown): void {
  if (opened instanceof Error) {
    for (const field of fieldsIn(names)) Object.defineProperty(data, field, { get: () => rethrow(opened), enumerable: true, configurable: true });
    return;
  }
  const values = opened as readonly unknown[];
  if (values.length === 1) data[names] = values[0];
  else fieldsIn(names).forEach((field, index) => (data[field] = values[index]));
}

function rethrow(error: Error): never {
  throw error;
}

/** Puts into these fields what erased ones read as. */
export function leaveOut(event: { data: object }, fields: readonly string[]): void {
  const data = event.data as Data;
  for (const field of fields) {
    if (typeof data[field] === 'string') data[field] = ERASED;
    else delete data[field];
  }
}

/** Paths, and whom the event before named there, where that is one person. */
interface Named {
  paths: readonly SubjectPath[];
  id: string | undefined;
  subjects: string[];
}

const knownPaths = new Map<string, Named>();

/** The same list again where the event before named the same person. */
function subjectsIn(data: object, of: string): readonly string[] {
  let known = knownPaths.get(of);
  if (!known) knownPaths.set(of, (known = { paths: of.split(' ').map(subjectPath), id: '', subjects: [] }));
  const [first] = known.paths;
  if (known.paths.length > 1) return known.paths.map((path) => subjectAt(data, path)!);
  const id = idAt(data, first!);
  if (id !== known.id) [known.id, known.subjects] = [id, [first!.prefix + id!]];
  return known.subjects;
}

/** What is sealed opens in this event alone, as these fields, for these persons. */
function placeOf({ id, type }: { id: string; type: string }, fields: string, subjects: readonly string[]): string {
  return `${id}\n${type}\n${fields}\n${subjects.length === 1 ? subjects[0]! : subjects.join(' ')}`;
}
