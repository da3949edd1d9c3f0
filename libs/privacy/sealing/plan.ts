import type { EventType, EventTypes } from '#event-sourcing';

/** Whom an event is about, where its class does not say. */
const DEFAULT_SUBJECT = ['customerId'];

/** A path to the id of a person, and of what kind that person is. */
export interface SubjectPath {
  path: string;
  steps: readonly string[];
  kind: string;
  /** Before the id in the name of the subject: `customer-`. */
  prefix: string;
}

/** Fields of an event that are about the same persons: they are sealed as one. */
export interface SealedTogether {
  fields: readonly string[];
  subjects: readonly SubjectPath[];
  /** A field that holds ids of more persons, by whatever names. */
  within?: string;
  /** Where nobody is named, nothing is sealed. */
  optional: boolean;
}

/** At the end of a path: every id in the object. */
const EVERY = '.*';

/** What is to be sealed in the events of a type. */
export function planOf({ personal }: EventType): readonly SealedTogether[] {
  const together = new Map<string, SealedTogether & { fields: string[] }>();
  for (const { field, subjects, optional = false } of personal) {
    const paths = subjects.length > 0 ? subjects : DEFAULT_SUBJECT;
    const name = `${paths.join(' ')}${optional ? '?' : ''}`;
    const known = together.get(name);
    const every = paths.find((path) => path.endsWith(EVERY));
    if (known) known.fields.push(field);
    else together.set(name, { fields: [field], subjects: paths.filter((path) => path !== every).map(subjectPath), optional, ...(every !== undefined && { within: every.slice(0, -EVERY.length) }) });
  }
  return [...together.values()];
}

const pathsIn = new Map<string, SubjectPath>();

/** Paths of the ids that data holds in a field. */
export function pathsWithin(data: object, field: string): SubjectPath[] {
  return Object.keys((data as Record<string, object | undefined>)[field] ?? {}).map((name) => {
    const path = `${field}.${name}`;
    const known = pathsIn.get(path) ?? subjectPath(path);
    pathsIn.set(path, known);
    return known;
  });
}

/** `formerCustomerId` holds the id of a customer. @throws Error it is no field for an id. */
export function subjectPath(path: string): SubjectPath {
  const kind = /([A-Z]?[a-z]+)Id$/.exec(path)?.[1]?.toLowerCase();
  if (kind === undefined) throw new Error(`"${path}" names no data subject: it has to be a field such as customerId.`);
  return { path, steps: path.split('.'), kind, prefix: `${kind}-` };
}

/** The name of the subject, as that of its stream: `customer-42`; undefined where the event names none there. */
export function subjectAt(data: object, path: SubjectPath): string | undefined {
  const id = idAt(data, path);
  return id === undefined ? undefined : path.prefix + id;
}

/** The id that the event has there. */
export function idAt(data: object, { steps }: SubjectPath): string | undefined {
  let value: unknown = data;
  for (let step = 0; step < steps.length; step++) value = (value as Record<string, unknown> | null | undefined)?.[steps[step]!];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Every kind of person whom events of these types are about, such as customer and contact. */
export function subjectKinds(types: EventTypes): Set<string> {
  return new Set(types.all().flatMap(planOf).flatMap(({ subjects }) => subjects.map(({ kind }) => kind)));
}
