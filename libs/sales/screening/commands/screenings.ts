import { isDeepStrictEqual } from 'node:util';
import { ArrayUnique, IsInt, Max, Min } from 'class-validator';
import { Command, decide, event, notFound, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsKeyword, IsListOf, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { Lead, leadFor } from '../../leads/domain/lead.js';
import { ProspectScreened, ProspectShortlisted, scoreOf, Screening, ScreeningDefined, screeningFound, type Criterion } from '../domain/screening.js';

abstract class ScreeningCommand extends SalesCommand {
  @IsId() screeningId!: string;
}

export class CriterionFields implements Criterion {
  /** `budget`, `need`, `size` … */
  @IsKeyword() criterion!: string;
  /** How much it counts beside the others. */
  @IsInt() @Min(1) @Max(100) weight!: number;
}

@Command({ summary: 'Says by which criteria leads are screened, and from which score on they are worth approaching.', allow: ['manager', 'sales'] })
export class DefineScreening extends ScreeningCommand {
  @IsText(200) name!: string;
  @ArrayUnique((row: CriterionFields | null) => row?.criterion) @IsListOf(() => CriterionFields, { most: 20 }) criteria!: CriterionFields[];
  /** From 0 to 100. */
  @IsInt() @Min(0) @Max(100) passesAt!: number;
}

export const defineScreening = decide(Screening, DefineScreening, (command, state) => {
  if (state) throw wrongState('screening-already-defined', `Screening ${command.screeningId} is defined already; take another id.`);
  return event(ScreeningDefined, factsOf(command));
});

export class MarkFields {
  @IsKeyword() criterion!: string;
  /** From 0 to 100. */
  @IsInt() @Min(0) @Max(100) mark!: number;
}

@Command({ summary: 'Marks a lead by each criterion; with a score that is high enough it comes on the shortlist. Marked again, the later marks count.', allow: ['manager', 'sales'] })
export class ScreenProspect extends ScreeningCommand {
  @IsId() leadId!: string;
  @ArrayUnique((row: MarkFields | null) => row?.criterion) @IsListOf(() => MarkFields, { most: 20 }) marks!: MarkFields[];
}

const leadNamed = ({ leadId }: { leadId: string }, stateOf: StateReader) => stateOf(Lead, leadId);

export const screenProspect = decide(Screening, ScreenProspect, ({ screeningId, leadId, marks: given }, state, _, lead) => {
  const { criteria, passesAt, prospects } = screeningFound(state, screeningId);
  leadFor('ScreenProspect', lead, leadId);
  const marks = Object.fromEntries(given.map(({ criterion, mark }) => [criterion, mark]));
  const score = scoreOf(criteria, marks);
  const before = prospects[leadId];
  if (isDeepStrictEqual(before?.marks, marks)) return [];
  const passed = score >= passesAt;
  const screened = event(ProspectScreened, { screeningId, leadId, marks, score, passed });
  return passed && !before?.shortlisted ? [screened, event(ProspectShortlisted, { screeningId, leadId })] : screened;
}, leadNamed);

@Command({ summary: 'Puts a lead on the shortlist though its score is too low, and says why.', allow: ['manager'] })
export class ShortlistProspect extends ScreeningCommand {
  @IsId() leadId!: string;
  /** Of the decision; it tells nothing of the person. */
  @IsText(500) exception!: string;
}

export const shortlistProspect = decide(Screening, ShortlistProspect, (command, state) => {
  const { prospects } = screeningFound(state, command.screeningId);
  const prospect = prospects[command.leadId];
  if (!prospect) throw notFound('prospect-not-screened', `Lead ${command.leadId} was not screened in ${command.screeningId}; send ScreenProspect first.`);
  return prospect.shortlisted ? [] : event(ProspectShortlisted, factsOf(command));
});
