import { aggregate, DomainEvent, notFound, onKnown, Plain } from '#event-sourcing';
import { type Money } from '#money';

// Names and fields of events are the storage format: changed only through an upcaster.
// A competitor is a firm: what is noted of it describes no person.

@DomainEvent()
export class CompetitorRegistered {
  competitorId!: string;
  @Plain() name!: string;
}

@DomainEvent()
export class CompetitorProductRecorded {
  competitorId!: string;
  @Plain() product!: string;
  /** Ours that it competes with. */
  offeringId?: string;
  @Plain() functions?: string;
}

@DomainEvent()
export class CompetitorPriceObserved {
  competitorId!: string;
  @Plain() product!: string;
  /** Ours that it competes with, as far as that was known. */
  offeringId?: string;
  price!: Money;
  /** Where it was seen. */
  @Plain() place?: string;
}

@DomainEvent()
export class CompetitorStrengthNoted {
  competitorId!: string;
  @Plain() strength!: string;
}

@DomainEvent()
export class CompetitorWeaknessNoted {
  competitorId!: string;
  @Plain() weakness!: string;
}

@DomainEvent()
export class CompetitorStrategyNoted {
  competitorId!: string;
  @Plain() strategy!: string;
}

/** What we do about it. */
@DomainEvent()
export class CounterStrategyAdopted {
  competitorId!: string;
  @Plain() counterStrategy!: string;
}

/** A customer works with the competitor. */
@DomainEvent()
export class CompetitorRelationshipObserved {
  competitorId!: string;
  customerId!: string;
  @Plain() product?: string;
  /** How likely it is that ours can replace theirs, in per cent. */
  chancePercent?: number;
}

export interface KnownCompetitor {
  /** What it sells, and the id of ours that each competes with; null where none is known. */
  products: Record<string, string | null>;
}

/** Null: none was registered under this id. */
export type CompetitorState = KnownCompetitor | null;

const unchanged = (state: CompetitorState): CompetitorState => state;

export const Competitor = aggregate<'competitor', CompetitorState>('competitor', null)
  .on(CompetitorRegistered, () => ({ products: {} }))
  .on(CompetitorProductRecorded, onKnown<KnownCompetitor>()(({ products }, { product, offeringId = null }) => ({ products: { ...products, [product]: offeringId } })))
  .on(CompetitorPriceObserved, unchanged)
  .on(CompetitorStrengthNoted, unchanged)
  .on(CompetitorWeaknessNoted, unchanged)
  .on(CompetitorStrategyNoted, unchanged)
  .on(CounterStrategyAdopted, unchanged)
  .on(CompetitorRelationshipObserved, unchanged)
  .snapshot({ every: 100, version: 2 });

/** @throws Rejection `competitor-not-found` */
export function competitorFound(state: CompetitorState, competitorId: string): KnownCompetitor {
  if (!state) throw notFound('competitor-not-found', `There is no competitor ${competitorId}; register it first, or correct the id.`);
  return state;
}
