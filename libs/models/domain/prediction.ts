import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

export interface PredictedItem {
  customerId: string;
  /** What is expected: a number of purchases, a probability. */
  expected: number;
}

/** What a version of a model said of some customers as of a moment: to be held against what happens. */
@DomainEvent()
export class PredictionsMade {
  predictionId!: string;
  modelId!: string;
  modelVersion!: number;
  /** What is foretold: `purchase-days` within the horizon. */
  @Plain() measure!: string;
  @Plain() unit?: string;
  /** ISO 8601. */
  @Plain() asOf!: string;
  horizonDays!: number;
  @Plain() items!: PredictedItem[];
}

export const Prediction = aggregate<'prediction', { made: boolean }>('prediction', { made: false })
  .on(PredictionsMade, () => ({ made: true }));
