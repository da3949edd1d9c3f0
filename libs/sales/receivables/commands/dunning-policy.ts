import { isDeepStrictEqual } from 'node:util';
import { plainToInstance } from 'class-transformer';
import { Equals, IsInt, IsOptional, Max, Min } from 'class-validator';
import { Command, decide, event, type Aggregate } from '#event-sourcing';
import { factsOf, IsKeyword, IsListOf, IsText } from '#event-sourcing/validation';
import { AmountDue, IsAmountDue, SalesCommand } from '../../commands/fields.js';
import { checkLevels, DEFAULT_LEVELS, DUNNING_POLICY, DunningPolicy, DunningPolicyPublished, type DunningLevel } from '../domain/dunning-policy.js';

export class DunningLevelFields implements DunningLevel {
  /** Days after the day on which the instalment was due. */
  @IsInt() @Min(0) @Max(3650) afterDays!: number;
  /** `friendly`, `firm`, `last` … */
  @IsKeyword() tone!: string;
  @IsOptional() @IsAmountDue() fee?: AmountDue;
}

@Command({ summary: 'Publishes the next version of how customers are reminded of what is overdue; what is due already stays with the version of its day.', allow: ['manager'] })
export class PublishDunningPolicy extends SalesCommand {
  /** There is one policy: `default`. */
  @Equals(DUNNING_POLICY) dunningpolicyId!: string;
  @IsListOf(() => DunningLevelFields, { most: 20 }) levels!: DunningLevelFields[];
  @IsOptional() @IsText(500) reason?: string;
}

export const publishDunningPolicy = decide(DunningPolicy, PublishDunningPolicy, (command, state) => {
  const facts = factsOf(command);
  checkLevels(facts.levels);
  return isDeepStrictEqual(state?.levels, facts.levels) ? [] : event(DunningPolicyPublished, { ...facts, version: (state?.version ?? 0) + 1 });
});

/** What to send where no policy was published yet. */
export function defaultDunningPolicy(): { aggregate: Aggregate; id: string; command: object } {
  const fields = { dunningpolicyId: DUNNING_POLICY, levels: DEFAULT_LEVELS, reason: 'The levels to start from; publish your own.', occurredAt: '1970-01-01T00:00:00.000Z' };
  return { aggregate: DunningPolicy, id: DUNNING_POLICY, command: plainToInstance(PublishDunningPolicy, fields) };
}
