import { onRow, view } from '#event-sourcing';
import { grouped, rateOf } from '../../domain/figures.js';
import { type Handover } from '../../domain/handover.js';
import { type RuleApplied } from '../domain/assignment.js';
import { LeadAssigned, LeadCaptured, LeadConverted, LeadDisqualified, LeadMarkedDuplicate, LeadQualified, LeadReturnedToPool, type LeadStatus } from '../domain/lead.js';

export interface LeadRow {
  status: LeadStatus;
  source: string;
  name: string;
  company?: string;
  email?: string;
  phone?: string;
  country?: string;
  region?: string;
  industry?: string;
  offeringId?: string;
  capturedAt: string;
  representativeId?: string;
  /** Why they have it; absent where somebody decided. */
  assignedBy?: RuleApplied;
  /** Why it was handed over by itself. */
  assignedBecause?: Handover;
  assignedAt?: string;
  timesReturned: number;
  score?: number;
  duplicateOf?: string;
  customerId?: string;
  opportunityId?: string;
}

export const leadBoard = view<LeadRow>('lead_board', {
  version: 2,
  summary: 'Every lead: who has it and why, and what became of it.',
  allow: ['developer', 'analyst', 'manager', 'sales'],
  personal: ['name', 'company', 'email', 'phone'],
  record: null,
  indexes: [{ status: 1, capturedAt: 1 }, { representativeId: 1, status: 1 }, { source: 1 }],
})
  .key(({ data }) => data.leadId)
  .on(LeadCaptured, (_, { data: { leadId: __, note: ___, ...said }, occurredAt }) => ({ ...said, status: 'pooled', capturedAt: occurredAt, timesReturned: 0 }))
  .on(LeadMarkedDuplicate, onRow((_, { data: { ofLeadId } }) => ({ status: 'duplicate', duplicateOf: ofLeadId })))
  .on(LeadAssigned, (row, { data: { representativeId, rule, because }, occurredAt }) => row && {
    ...withoutAssignment(row), status: row.status === 'pooled' ? 'assigned' : row.status, representativeId, assignedAt: occurredAt, ...(rule && { assignedBy: rule }), ...(because && { assignedBecause: because }),
  })
  .on(LeadReturnedToPool, (row) => row && { ...withoutAssignment(row), status: 'pooled', timesReturned: row.timesReturned + 1 })
  .on(LeadQualified, onRow((_, { data: { score } }) => ({ status: 'qualified', ...(score !== undefined && { score }) })))
  .on(LeadDisqualified, onRow(() => ({ status: 'disqualified' })))
  .on(LeadConverted, onRow((_, { data: { customerId, opportunityId } }) => ({ status: 'converted', customerId, ...(opportunityId !== undefined && { opportunityId }) })))
  .report('by_source', { summary: 'How many leads of each source came, were qualified and converted.', run: bySource })
  .report('duplicates', { summary: 'Leads that share an e-mail address or a telephone number and are not marked as duplicates.', run: duplicates });

function withoutAssignment({ representativeId: _, assignedBy: __, assignedAt: ___, assignedBecause: ____, ...row }: LeadRow): LeadRow {
  return row;
}

async function bySource(rows: AsyncIterable<LeadRow>) {
  const all: LeadRow[] = [];
  for await (const row of rows) all.push(row);
  const counted = grouped(all, ({ source }) => source, { leads: 0, converted: 0, disqualified: 0, duplicates: 0 }, (sum, { status }) => ({
    leads: sum.leads + 1, converted: sum.converted + Number(status === 'converted'), disqualified: sum.disqualified + Number(status === 'disqualified'), duplicates: sum.duplicates + Number(status === 'duplicate'),
  }));
  return counted.map((sum) => ({ ...sum, conversionRate: rateOf(sum.converted, sum.leads - sum.duplicates) }));
}

export interface DuplicateLeads {
  /** What they share: `email` or `phone`. */
  shared: 'email' | 'phone';
  /** The first captured one first: the one to go on. */
  leadIds: string[];
}

async function duplicates(rows: AsyncIterable<LeadRow>): Promise<DuplicateLeads[]> {
  const groups = new Map<string, { shared: 'email' | 'phone'; leads: { leadId: string; capturedAt: string }[] }>();
  for await (const row of rows) {
    if (row.status === 'duplicate') continue;
    for (const [shared, value] of signsOf(row)) {
      const group = groups.get(`${shared}/${value}`) ?? { shared, leads: [] };
      group.leads.push({ leadId: (row as LeadRow & { _id: string })._id, capturedAt: row.capturedAt });
      groups.set(`${shared}/${value}`, group);
    }
  }
  return [...groups.values()].filter(({ leads }) => leads.length > 1).map(({ shared, leads }) => ({
    shared, leadIds: leads.sort((one, other) => (one.capturedAt < other.capturedAt ? -1 : 1)).map(({ leadId }) => leadId),
  }));
}

/** By what a lead is recognised: an address in lower case, the last nine digits of a number. */
function signsOf({ email, phone }: LeadRow): ['email' | 'phone', string][] {
  const digits = phone?.replace(/\D/g, '').slice(-9) ?? '';
  return [...(email === undefined ? [] : [['email', email.trim().toLowerCase()] as ['email', string]]), ...(digits.length < 7 ? [] : [['phone', digits] as ['phone', string]])];
}
