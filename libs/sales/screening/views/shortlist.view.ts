import { onRow, view } from '#event-sourcing';
import { ProspectScreened, ProspectShortlisted } from '../domain/screening.js';

export interface ShortlistRow {
  screeningId: string;
  leadId: string;
  /** From 0 to 100, by criterion. */
  marks: Record<string, number>;
  score: number;
  shortlisted: boolean;
  exception?: string;
  screenedBy: string;
  screenedAt: string;
}

const keyOf = ({ screeningId, leadId }: { screeningId: string; leadId: string }): string => `${screeningId}/${leadId}`;

/** Keyed `screening/lead`. */
export const shortlist = view<ShortlistRow>('shortlist', {
  version: 1,
  summary: 'Leads that were screened, with their marks; those to be approached, the best first, with `{ "shortlisted": true }` and the sort `{ "score": -1 }`.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: [],
  record: null,
  indexes: [{ screeningId: 1, shortlisted: 1, score: -1 }, { leadId: 1 }],
})
  .on(ProspectScreened, ({ data }) => keyOf(data), (row, { data: { screeningId, leadId, marks, score }, occurredAt, metadata: { actor } }) => ({
    shortlisted: false, ...row, screeningId, leadId, marks, score, screenedBy: actor, screenedAt: occurredAt,
  }))
  .on(ProspectShortlisted, ({ data }) => keyOf(data), onRow((_, { data: { exception } }) => ({ shortlisted: true, ...(exception !== undefined && { exception }) })));
