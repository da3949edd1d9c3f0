import { aggregate, DomainEvent, invalid, Plain } from '#event-sourcing';
import { type Money } from '#money';

// Names and fields of events are the storage format: changed only through an upcaster.

/** A step of dunning. */
export interface DunningLevel {
  /** Days after the day on which the instalment was due. */
  afterDays: number;
  /** `friendly`, `firm`, `last` … */
  tone: string;
  fee?: Money;
}

@DomainEvent()
export class DunningPolicyPublished {
  dunningpolicyId!: string;
  version!: number;
  @Plain() levels!: DunningLevel[];
  @Plain() reason?: string;
}

/** Null: none was published; then nobody is dunned. */
export type DunningPolicyState = { version: number; levels: DunningLevel[] } | null;

export const DunningPolicy = aggregate<'dunningpolicy', DunningPolicyState>('dunningpolicy', null)
  .on(DunningPolicyPublished, (_, { version, levels }) => ({ version, levels }))
  .policy('dunning', DunningPolicyPublished);

/** There is one policy. */
export const DUNNING_POLICY = 'default';

/** A week, three weeks and six weeks late. */
export const DEFAULT_LEVELS: readonly DunningLevel[] = [{ afterDays: 7, tone: 'friendly' }, { afterDays: 21, tone: 'firm' }, { afterDays: 42, tone: 'last' }];

/** @throws Rejection `levels-out-of-order` */
export function checkLevels(levels: readonly DunningLevel[]): void {
  const wrong = levels.findIndex(({ afterDays }, index) => index > 0 && afterDays <= levels[index - 1]!.afterDays);
  if (wrong > 0) throw invalid('levels-out-of-order', `Level ${wrong + 1} comes after ${levels[wrong]!.afterDays} days, level ${wrong} after ${levels[wrong - 1]!.afterDays}: give each level more days than the one before.`);
}
