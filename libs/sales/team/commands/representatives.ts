import { isDeepStrictEqual } from 'node:util';
import { IsOptional } from 'class-validator';
import { Command, decide, event, invalid, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsText } from '#event-sourcing/validation';
import { SalesCommand } from '../../commands/fields.js';
import { employed, Representative, RepresentativeLeft, RepresentativePosted, RepresentativeRegistered } from '../domain/representative.js';

abstract class RepresentativeCommand extends SalesCommand {
  @IsId() representativeId!: string;
  @IsOptional() @IsText(100) region?: string;
  /** The representative who leads them. */
  @IsOptional() @IsId() managerId?: string;
}

@Command({ summary: 'Registers somebody who sells for the firm, with region and manager.', allow: ['manager'] })
export class RegisterRepresentative extends RepresentativeCommand {
  @IsText(200) name!: string;
}

export const registerRepresentative = decide(Representative, RegisterRepresentative, (command, state) => {
  const { representativeId, name, ...post } = factsOf(command);
  if (state) throw wrongState('representative-already-registered', `Representative ${representativeId} is registered already; send PostRepresentative, or take another id.`);
  refuseOwnManager(command);
  return event(RepresentativeRegistered, { representativeId, name, post });
});

@Command({ summary: 'Gives a representative another region and manager; what is left out they no longer have.', allow: ['manager'] })
export class PostRepresentative extends RepresentativeCommand {}

export const postRepresentative = decide(Representative, PostRepresentative, (command, state) => {
  const { representativeId, ...post } = factsOf(command);
  const { post: former } = employed(state, representativeId);
  refuseOwnManager(command);
  return isDeepStrictEqual(former, post) ? [] : event(RepresentativePosted, { representativeId, former, post });
});

@Command({ summary: 'A representative sells for the firm no longer. Customers, territories, and what is open go to a successor by themselves.', allow: ['manager'] })
export class RecordRepresentativeLeaving extends SalesCommand {
  @IsId() representativeId!: string;
  /** Who takes over. */
  @IsId() successorId!: string;
}

export const recordRepresentativeLeaving = decide(Representative, RecordRepresentativeLeaving, (command, state, _, successor) => {
  employed(state, command.representativeId);
  if (command.representativeId === command.successorId) throw invalid('own-successor', `Representative ${command.representativeId} cannot succeed themselves; name another.`);
  employed(successor, command.successorId);
  return event(RepresentativeLeft, factsOf(command));
}, ({ successorId }: RecordRepresentativeLeaving, stateOf: StateReader) => stateOf(Representative, successorId));

function refuseOwnManager({ representativeId, managerId }: RepresentativeCommand): void {
  if (representativeId === managerId) throw invalid('own-manager', `Representative ${representativeId} cannot be their own manager; name another, or leave it out.`);
}
