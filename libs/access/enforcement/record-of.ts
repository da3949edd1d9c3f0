import { type Aggregate, type Engine } from '#event-sourcing';

/** The customer that an aggregate is or belongs to; undefined where it belongs to none. */
export async function recordOf({ aggregates }: Pick<Engine, 'aggregates'>, aggregate: Aggregate, id: string): Promise<string | undefined> {
  return aggregate.name === 'customer' ? id : recordsIn((await aggregates.state(aggregate, id)).state)[0];
}

/** The customers that a state or a command names, at its top or one step below. */
export function recordsIn(holder: unknown): string[] {
  const parts = isObject(holder) ? [holder, ...Object.values(holder).filter(isObject)] : [];
  return parts.flatMap((part) => Object.entries(part).flatMap(([field, value]) => (typeof value === 'string' && NAMES_A_CUSTOMER.test(field) ? value : [])));
}

/** `customerId`, `intoCustomerId`. */
const NAMES_A_CUSTOMER = /^customerId$|CustomerId$/;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
