/** A relationship has two sides: what the customer does, and what the customer feels. */
export interface Sides {
  /** Purchases that stand and interactions. */
  behaviour: number;
  /** Sentiments that were recorded. */
  feeling: number;
}

/** The side that is missing where only the other one is there; null where both are, or none. */
export type Deficiency = 'behaviour' | 'feeling' | null;

export function deficiencyOf({ behaviour, feeling }: Sides): Deficiency {
  if (behaviour > 0 && feeling === 0) return 'feeling';
  if (feeling > 0 && behaviour === 0) return 'behaviour';
  return null;
}
