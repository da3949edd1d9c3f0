/** Why work went from one representative to another without anybody having decided it for this very piece. */
export type HandoverCause = (typeof HANDOVER_CAUSES)[number];

export const HANDOVER_CAUSES = ['customer-moved', 'territory-assigned', 'representative-left'] as const;

export interface Handover {
  cause: HandoverCause;
  /** Where the customer is. */
  territoryId?: string;
  /** Where the customer was. */
  fromTerritoryId?: string;
  /** Who has left. */
  representativeId?: string;
}
