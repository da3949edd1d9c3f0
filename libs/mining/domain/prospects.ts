import { view } from '#event-sourcing';
import { LeadCaptured, LeadConverted, LeadMarkedDuplicate } from '#sales';

/** A lead: by which means it came, and what became of it. */
export interface Prospect {
  source: string;
  capturedAt: string;
  convertedAt?: string;
  duplicate?: true;
}

const leads = view<Prospect>('prospect_leads', { version: 1, allow: ['analyst', 'manager'], personal: [], record: null })
  .key(({ data }) => data.leadId)
  .on(LeadCaptured, (_, { data: { source }, occurredAt }) => ({ source, capturedAt: occurredAt }))
  .on(LeadMarkedDuplicate, (row) => row && { ...row, duplicate: true })
  .on(LeadConverted, (row, { data: { source, capturedAt }, occurredAt }) => ({ ...(row ?? { source, capturedAt }), convertedAt: occurredAt }));

/** Folded when an analysis asks for it, and only then: no collection is kept. */
export const prospectLeads = () => leads;

export interface Means {
  source: string;
  leads: number;
  converted: number;
  conversion: number;
}

/** What came of leads, by how they came; duplicates count with the lead that they repeat. */
export function meansOf(prospects: readonly Prospect[]): Means[] {
  const counts = new Map<string, { leads: number; converted: number }>();
  for (const { source, convertedAt, duplicate } of prospects) {
    if (duplicate) continue;
    const known = counts.get(source) ?? { leads: 0, converted: 0 };
    counts.set(source, { leads: known.leads + 1, converted: known.converted + Number(convertedAt !== undefined) });
  }
  return [...counts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([source, each]) => ({ source, ...each, conversion: each.converted / each.leads }));
}

/** The straight line through the values (least squares), continued; never below 0. Undefined of fewer than three. */
export function trendOf(values: readonly number[], ahead: number): number[] | undefined {
  if (values.length < 3) return undefined;
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const slope = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0) / values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
  return Array.from({ length: ahead }, (_, step) => Math.max(0, mean + slope * (values.length + step - middle)));
}
