import { type InteractionFacts, type Sentiment } from '#interactions';

/** The latest feeling that was recorded of a customer. */
export interface Feeling {
  /** −2 very bad … +2 very good. */
  sentiment: Sentiment;
  at: string;
  /** The interaction in which it showed. */
  interactionId?: string;
}

export const latest = (known: Feeling | null, found: Feeling): Feeling => (known && known.at > found.at ? known : found);

/** What an interaction adds. */
export function felt(known: Feeling | null, interactionId: string, { sentiment, heldAt }: InteractionFacts): Feeling | null {
  return sentiment === undefined ? known : latest(known, { sentiment, at: heldAt, interactionId });
}

/** A corrected interaction takes back what it said; what was felt before it is not known any more. */
export function feltInstead(known: Feeling | null, interactionId: string, former: InteractionFacts, facts: InteractionFacts): Feeling | null {
  const takenBack = known?.interactionId === interactionId && known.at === former.heldAt;
  return felt(takenBack ? null : known, interactionId, facts);
}

/** Without what showed in an interaction that was another customer's. */
export const withoutFeeling = (known: Feeling | null, interactionId: string): Feeling | null => (known?.interactionId === interactionId ? null : known);
