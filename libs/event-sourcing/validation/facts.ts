/** A command's fields that an event takes over as they are. */
export type FactsOf<C> = Omit<C, 'occurredAt'>;

/**
 * What a command says, as plain data for an event: without fields that were left out or are null (`@IsOptional` lets
 * both through), and without `occurredAt`, which the engine makes the event's business time.
 * Inside objects null stays: there it says that a fact is no longer known.
 */
export function factsOf<C extends object>(command: C): FactsOf<C> {
  const given = Object.entries(command).filter(([field, value]) => field !== 'occurredAt' && value !== null && value !== undefined);
  return Object.fromEntries(given.map(([field, value]) => [field, plain(value)])) as FactsOf<C>;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const given = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(given.map(([field, item]) => [field, plain(item)]));
}
