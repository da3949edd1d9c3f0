import { IsIn, IsOptional } from 'class-validator';
import { Command, decide, event, invalid, notFound, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsIsoDate, IsKeyword, IsText } from '#event-sourcing/validation';
import { AmountDue, IsAmountDue } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { Offering, sold } from '../../offerings/domain/offering.js';
import { DEFAULT_PROCESS } from '../../sales-processes/domain/default-process.js';
import { SalesProcess, type SalesProcessState } from '../../sales-processes/domain/sales-process.js';
import { OPPORTUNITY_SOURCES, OpportunityOpened, type OpportunitySource, type PinnedProcess } from '../domain/events.js';
import { skippedTo } from '../domain/moves.js';
import { Opportunity, refuseTextAboutNobody } from '../domain/opportunity.js';
import { OpportunityCommand } from './opportunity-command.js';
import { representativeNamed, sellerOf } from './seller.js';

@Command({ summary: 'Opens an opportunity; it goes through the present version of its sales process to its end.', allow: ['manager', 'sales'] })
export class OpenOpportunity extends OpportunityCommand {
  /** Left out as long as nobody knows who the customer will be. */
  @IsOptional() @IsId() customerId?: string;
  @IsOptional() @IsId() representativeId?: string;
  @IsOptional() @IsId() offeringId?: string;
  @IsOptional() @IsId() leadId?: string;
  /** Default: customer-request. */
  @IsOptional() @IsIn(OPPORTUNITY_SOURCES) source?: OpportunitySource;
  /** Default: eight-steps. */
  @IsOptional() @IsId() salesprocessId?: string;
  /** Default: the first. */
  @IsOptional() @IsKeyword() stage?: string;
  /** What it may be worth. */
  @IsOptional() @IsAmountDue() value?: AmountDue;
  @IsOptional() @IsIsoDate() expectedCloseOn?: string;
  @IsOptional() @IsText(200) title?: string;
}

async function known(command: OpenOpportunity, stateOf: StateReader) {
  const { salesprocessId = DEFAULT_PROCESS, offeringId } = command;
  const [process, offering, customer, representative] = await Promise.all([
    stateOf(SalesProcess, salesprocessId), offeringId === undefined ? null : stateOf(Offering, offeringId), customerNamed(command, stateOf), representativeNamed(command, stateOf),
  ]);
  return { process, offering, customer, representative };
}

export const openOpportunity = decide(Opportunity, OpenOpportunity, (command, state, _, { process, offering, customer, representative }) => {
  const { representativeId, salesprocessId = DEFAULT_PROCESS, stage: asked, ...said } = factsOf(command);
  if (state) throw wrongState('opportunity-already-open', `Opportunity ${command.opportunityId} was opened already; take another id.`);
  refuseTextAboutNobody(command.customerId, command.title, 'title');
  refuseUnlessDealable(command, customer);
  if (command.offeringId !== undefined) sold(offering, command.offeringId);
  const pinned = pinnedTo(salesprocessId, process);
  const first = pinned.stages[0]!.stage;
  const skipped = asked === undefined || asked === first ? [] : [first, ...skippedTo({ process: pinned, stage: first, status: 'open' }, asked)];
  const seller = representativeId === undefined ? {} : { seller: sellerOf(representativeId, representative) };
  return event(OpportunityOpened, { source: 'customer-request', ...said, ...seller, process: pinned, stage: asked ?? first, skipped });
}, known);

function pinnedTo(salesprocessId: string, process: SalesProcessState): PinnedProcess {
  if (!process) throw notFound('sales-process-not-found', `There is no sales process ${salesprocessId}; define it first, or correct the id.`);
  const { version, stages } = process;
  if (stages.length === 0) throw invalid('sales-process-empty', `Sales process ${salesprocessId} has no stages; publish a version with some.`);
  return { salesprocessId, version, stages: stages.map(({ name: _, ...stage }) => stage) };
}
