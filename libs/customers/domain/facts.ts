/** What changes in a set of facts: absent fields stay as they are, null says that a fact is no longer known (RFC 7396). */
export type Changes<Facts> = { [Field in keyof Facts]?: Facts[Field] | null };

/** An amount of money. */
export interface Money {
  /** Integer, in minor units of the currency. */
  amount: number;
  /** ISO 4217. */
  currency: string;
}

/** The facts after the changes. */
export function changed<Facts extends object>(facts: Facts, changes: Changes<Facts>): Facts {
  const known = Object.entries({ ...facts, ...changes }).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(known) as Facts;
}
