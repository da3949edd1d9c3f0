import { CustomerAssigned, customerAssignments, entersTerritory } from '#customers';
import { dispatch, end, process, remember, setDeadline, type Effect, type Find } from '#event-sourcing';
import { ReassignCustomer } from '../../accounts/commands/account-assignment.js';
import { type Handover } from '../../domain/handover.js';
import { AssignLead } from '../../leads/commands/leads.js';
import { leadBoard } from '../../leads/views/lead-board.view.js';
import { ReassignOpportunity } from '../../opportunities/commands/manage-opportunity.js';
import { pipeline } from '../../opportunities/views/pipeline.view.js';
import { AssignTerritoryToRep } from '../../territories/commands/territories.js';
import { TerritoryAssignedToRep } from '../../territories/domain/territory.js';
import { territoryMap } from '../../territories/views/territory-map.view.js';
import { ReassignSalesTask } from '../../work/commands/sales-tasks.js';
import { taskBoard } from '../../work/views/task-board.view.js';
import { RepresentativeLeft } from '../domain/representative.js';

/** What is handed over. */
interface Piece {
  kind: 'customer' | 'territory' | 'opportunity' | 'task' | 'lead';
  id: string;
}

interface Handing {
  to: string;
  because: Handover;
  rest: Piece[];
}

/** Commands that are sent together. */
const AT_ONCE = 500;
const OPEN = { pipeline: { status: 'open' }, tasks: { status: { $in: ['assigned', 'accepted'] } }, leads: { status: { $in: ['assigned', 'qualified'] } } };

/**
 * Hands over what is open, and keeps why: to the successor of a representative who has left; to whoever gets a territory,
 * from whoever had it; to the representative of the territory that a customer comes into, from that of the one it left.
 * What somebody else works on stays theirs. An instance is the event that led to it.
 */
export const handingOver = process<Handing | null>('handingover', null, { summary: 'Hands over open work when representatives leave, territories change hands, and customers move.' })
  .startsOnFinding(RepresentativeLeft, ({ id }) => id, ({ data: { representativeId } }, find) => allOf(representativeId, find), (_, { data: { representativeId, successorId }, occurredAt }, __, rest) =>
    goingOn({ to: successorId, because: { cause: 'representative-left', representativeId }, rest }, occurredAt))
  .startsOnFinding(TerritoryAssignedToRep, ({ id }) => id, ({ data }, find) => openIn(data, find), (_, { data: { territoryId, representativeId }, occurredAt }, __, rest) =>
    goingOn({ to: representativeId, because: { cause: 'territory-assigned', territoryId }, rest }, occurredAt))
  .startsOnFinding(CustomerAssigned, ({ id, data }) => (entersTerritory(data) ? id : undefined), ({ data }, find) => openOfCustomer(data, find), (_, { data: { assignment, formerTerritory }, occurredAt }, __, { to, rest }) =>
    goingOn({ to, because: { cause: 'customer-moved', territoryId: assignment.territory!, ...(formerTerritory !== undefined && { fromTerritoryId: formerTerritory }) }, rest }, occurredAt))
  .onDeadline('next', (handing, { at }) => goingOn(handing!, at));

function goingOn({ rest, ...handing }: Handing, moment: string): Effect<Handing | null>[] {
  if (rest.length === 0) return [];
  const sent = rest.slice(0, AT_ONCE).map((piece) => handedOver(piece, handing));
  return rest.length <= AT_ONCE ? [...sent, end()] : [...sent, remember({ ...handing, rest: rest.slice(AT_ONCE) }), setDeadline('next', moment)];
}

function handedOver({ kind, id }: Piece, { to: representativeId, because }: Omit<Handing, 'rest'>): Effect<Handing | null> {
  switch (kind) {
    case 'customer': return dispatch(ReassignCustomer, { customerId: id, representativeId, reason: `Representative ${because.representativeId} has left.` });
    case 'territory': return dispatch(AssignTerritoryToRep, { territoryId: id, representativeId });
    case 'opportunity': return dispatch(ReassignOpportunity, { opportunityId: id, representativeId, because });
    case 'task': return dispatch(ReassignSalesTask, { salestaskId: id, representativeId, because });
    case 'lead': return dispatch(AssignLead, { leadId: id, representativeId, because });
  }
}

async function allOf(representativeId: string, find: Find): Promise<Piece[]> {
  return [
    ...pieces('customer', await find(customerAssignments, { owner: `user:${representativeId}` })),
    ...pieces('territory', await find(territoryMap, { representativeId })),
    ...pieces('opportunity', await find(pipeline, { representativeId, ...OPEN.pipeline })),
    ...pieces('task', await find(taskBoard, { representativeId, ...OPEN.tasks })),
    ...pieces('lead', await find(leadBoard, { representativeId, ...OPEN.leads })),
  ];
}

async function openIn({ territoryId, formerRepresentativeId: former }: TerritoryAssignedToRep, find: Find): Promise<Piece[]> {
  const customers = new Set((await find(customerAssignments, { territory: territoryId })).map(({ _id }) => _id));
  const there = ({ customerId }: { customerId?: string }) => customerId !== undefined && customers.has(customerId);
  const tasks = former === undefined ? [] : await find(taskBoard, { representativeId: former, ...OPEN.tasks });
  return [...pieces('opportunity', (await find(pipeline, { ...ofSeller(former), ...OPEN.pipeline })).filter(there)), ...pieces('task', tasks.filter(there))];
}

async function openOfCustomer({ customerId, assignment: { territory }, formerTerritory }: CustomerAssigned, find: Find): Promise<{ to: string; rest: Piece[] }> {
  const rows = await find(territoryMap, { _id: { $in: [territory, formerTerritory].filter((each) => each !== undefined) } });
  const [to, former] = [territory, formerTerritory].map((id) => rows.find(({ _id }) => _id === id)?.representativeId);
  if (to === undefined || to === former) return { to: '', rest: [] };
  const tasks = former === undefined ? [] : await find(taskBoard, { customerId, representativeId: former, ...OPEN.tasks });
  return { to, rest: [...pieces('opportunity', await find(pipeline, { customerId, ...ofSeller(former), ...OPEN.pipeline })), ...pieces('task', tasks)] };
}

/** Of the one who had it, or of nobody. */
const ofSeller = (representativeId: string | undefined) => ({ $or: [...(representativeId === undefined ? [] : [{ representativeId }]), { representativeId: { $exists: false } }] });

const pieces = (kind: Piece['kind'], rows: readonly { _id: string }[]): Piece[] => rows.map(({ _id: id }) => ({ kind, id }));
