import { onRow, view, type RecordedEvent } from '#event-sourcing';
import { type Changes } from '../domain/facts.js';
import {
  DemographicsRecorded, OrganisationProfileRecorded, ProductEvaluationRecorded, ProductInUseRecorded, ProductUseEnded, PsychographicsRecorded,
  type Demographics, type OrganisationProfile, type Psychographics,
} from '../domain/profile.js';

/** A fact, and the event that says so. */
export interface Fact<Value = unknown> {
  value: Value;
  since: string;
  eventId: string;
}

export type FactsOf<Facts> = { [Field in keyof Facts]?: Fact<NonNullable<Facts[Field]>> };

export interface ProfileRow {
  demographics: FactsOf<Demographics>;
  psychographics: FactsOf<Psychographics>;
  organisation: FactsOf<OrganisationProfile>;
  productsInUse: { product: string; supplier?: string; quantity?: number; since?: string; eventId: string }[];
  /** The latest of each product. */
  evaluations: { product: string; rating: number; comment?: string; evaluatedAt: string; eventId: string }[];
}

export const profileFacts = view<ProfileRow>('profile_facts', {
  version: 1,
  summary: 'What is known of a customer, and the event behind each fact: demographics, psychographics, particulars, products.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['demographics', 'psychographics', 'evaluations.comment'],
  record: '_id',
  sensitive: true,
  indexes: [{ 'organisation.industry.value': 1 }, { 'productsInUse.product': 1 }],
})
  .key((event) => event.data.customerId)
  .on(DemographicsRecorded, (row = nothingKnown, event) => ({ ...row, demographics: learned(row.demographics, event) }))
  .on(PsychographicsRecorded, (row = nothingKnown, event) => ({ ...row, psychographics: learned(row.psychographics, event) }))
  .on(OrganisationProfileRecorded, (row = nothingKnown, event) => ({ ...row, organisation: learned(row.organisation, event) }))
  .on(ProductInUseRecorded, (row = nothingKnown, { data: { customerId: _, ...use }, id }) => ({
    ...row, productsInUse: [...row.productsInUse.filter(({ product }) => product !== use.product), { ...use, eventId: id }],
  }))
  .on(ProductUseEnded, onRow(({ productsInUse }, { data }) => ({ productsInUse: productsInUse.filter(({ product }) => product !== data.product) })))
  .on(ProductEvaluationRecorded, (row = nothingKnown, { data: { customerId: _, ...evaluation }, occurredAt, id }) => {
    const former = row.evaluations.find(({ product }) => product === evaluation.product);
    if (former && former.evaluatedAt > occurredAt) return row;
    const others = row.evaluations.filter((one) => one !== former);
    return { ...row, evaluations: [...others, { ...evaluation, evaluatedAt: occurredAt, eventId: id }] };
  });

const nothingKnown: ProfileRow = { demographics: {}, psychographics: {}, organisation: {}, productsInUse: [], evaluations: [] };

/** Of two facts the later in business time holds: one that is sent in late does not replace a newer one. Facts of the erased are missing. */
function learned<Facts extends object>(known: FactsOf<Facts>, { data, occurredAt, id }: RecordedEvent<{ facts: Changes<Facts> }>): FactsOf<Facts> {
  const facts = { ...known } as Record<string, Fact>;
  for (const [field, value] of Object.entries(data.facts ?? {})) {
    if (occurredAt < (facts[field]?.since ?? '')) continue;
    if (value === null) delete facts[field];
    else facts[field] = { value, since: occurredAt, eventId: id };
  }
  return facts as FactsOf<Facts>;
}
