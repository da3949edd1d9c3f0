import { invalid, wrongState } from '#event-sourcing';
import { between } from '../../sales-processes/domain/stages.js';
import { type KnownOpportunity } from './opportunity.js';

/**
 * The stages that are left out on the way to another.
 * @throws Rejection `stage-unknown`, `stage-not-ahead`, `stage-after-sale`
 */
export function skippedTo({ process: { stages }, stage: from, status }: Pick<KnownOpportunity, 'process' | 'stage' | 'status'>, to: string): string[] {
  const place = (name: string) => stages.findIndex(({ stage }) => stage === name);
  const ahead = stages.slice(place(from) + 1).filter(({ afterSale = false }) => afterSale === (status === 'won')).map(({ stage }) => stage);
  if (ahead.includes(to)) return between(stages, from, to);
  const ways = ahead.length > 0 ? `possible: ${ahead.join(', ')}` : 'no stage is ahead of it';
  if (place(to) < 0) throw invalid('stage-unknown', `Its sales process has no stage ${to}; it is in ${from}, ${ways}.`, { stage: from, possible: ahead });
  if (status === 'open' && stages[place(to)]!.afterSale) throw wrongState('stage-after-sale', `The stage ${to} comes after the sale: win the opportunity first. It is in ${from}, ${ways}.`, { stage: from, possible: ahead });
  throw wrongState('stage-not-ahead', `It is in ${from}, so it cannot advance to ${to}; ${ways}.`, { stage: from, possible: ahead });
}

/** @throws Rejection `stage-unknown`, `stage-not-behind` */
export function refuseUnlessBehind({ process: { stages }, stage: from }: KnownOpportunity, to: string): void {
  const names = stages.map(({ stage }) => stage);
  const behind = names.slice(0, names.indexOf(from));
  if (behind.includes(to)) return;
  const ways = behind.length > 0 ? `possible: ${behind.join(', ')}` : 'no stage is behind it';
  if (!names.includes(to)) throw invalid('stage-unknown', `Its sales process has no stage ${to}; it is in ${from}, ${ways}.`, { stage: from, possible: behind });
  throw wrongState('stage-not-behind', `It is in ${from}, so it cannot go back to ${to}; ${ways}.`, { stage: from, possible: behind });
}
