import type { AnyView } from '../../modelling/view.js';
import type { Position } from '../../ports/event-store.js';
import type { DocumentHistories } from '../interpreting/document-histories.js';
import type { Readings } from '../interpreting/readings.js';
import { foldDocument, ViewFailed } from '../page-fold.js';
import { isWithin, type Moment } from './moment.js';

export interface PastSources {
  readings: Readings;
  histories: DocumentHistories;
  /** The end of the log for this answer. */
  head: Position;
}

/** One document of a view as of a moment, from its own events. @throws ViewFailed */
export async function pastDocument(view: AnyView, key: string, moment: Moment, { readings, histories, head }: PastSources): Promise<object | undefined> {
  await readings.upTo(head);
  const history = (await histories.of(view, [key], readings.within(moment), head)).get(key)!;
  const { after, failure } = foldDocument(view, key, undefined, history.filter((event) => isWithin(moment, event)));
  if (failure) throw new ViewFailed(view.name, failure.event, failure.error);
  return after?.row;
}
