import { invalid } from '#event-sourcing';
import { type Stage } from './sales-process.js';

/** @throws Rejection the stages cannot make up a process. */
export function checkStages(stages: readonly Stage[]): void {
  const names = stages.map(({ stage }) => stage);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid('stage-twice', `The stage ${twice} is named twice; give each stage once.`);
  const firstAfterSale = stages.findIndex(({ afterSale }) => afterSale);
  if (firstAfterSale === 0) throw invalid('no-stage-before-sale', 'Every stage comes after the sale; give at least one that comes before it.');
  const back = firstAfterSale < 0 ? undefined : stages.slice(firstAfterSale).find(({ afterSale }) => !afterSale);
  if (back) throw invalid('stage-order', `The stage ${back.stage} comes behind one that is after the sale; put those after the sale last.`);
}

/** The stage that an opportunity is won in: the last one before those after the sale. */
export const winningStage = <S extends { afterSale?: boolean }>(stages: readonly S[]): S => stages.findLast(({ afterSale }) => !afterSale)!;

/** Stages that lie between two. */
export function between(stages: readonly { stage: string }[], from: string, to: string): string[] {
  const names = stages.map(({ stage }) => stage);
  return names.slice(names.indexOf(from) + 1, names.indexOf(to));
}
