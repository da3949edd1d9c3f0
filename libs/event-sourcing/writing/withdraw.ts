import type { Aggregate } from '../modelling/aggregate.js';
import { Command, decide } from '../modelling/command.js';
import { event } from '../modelling/domain-event.js';
import { EventsWithdrawn } from '../modelling/withdrawal.js';
import type { Aggregates, CommandResult } from './aggregates.js';
import { contextOf, withContext, type CommandContext } from './command-context.js';

/** Not sent by anybody: what withdraws events is decided elsewhere, knowing more than one aggregate. */
@Command()
class WithdrawEvents {
  [id: `${string}Id`]: string;
  revisions!: readonly number[];
  reason!: string;
}

/**
 * Withdraws events of one stream: they stay in the log, and count neither for the aggregate nor for any view.
 * @throws Error the aggregate cannot take the events that would be left. @throws ConcurrencyConflict
 */
export function withdraw(aggregates: Aggregates, aggregate: Aggregate, id: string, { revisions, reason }: EventsWithdrawn, context: CommandContext): Promise<CommandResult> {
  const decision = decide<string, unknown, WithdrawEvents>(aggregate, WithdrawEvents, () => event(EventsWithdrawn, { revisions: [...revisions].sort((one, other) => one - other), reason }));
  const command = Object.assign(new WithdrawEvents(), { [decision.idField]: id, revisions, reason });
  return aggregates.handle(decision, withContext(command, context), contextOf(command));
}
