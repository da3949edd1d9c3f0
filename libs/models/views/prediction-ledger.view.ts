import { view } from '#event-sourcing';
import { PredictionsMade } from '../domain/prediction.js';

/** What was foretold of one customer. */
export interface PredictionRow {
  predictionId: string;
  customerId: string;
  modelId: string;
  modelVersion: number;
  measure: string;
  unit?: string;
  asOf: string;
  horizonDays: number;
  expected: number;
  recordedAt: string;
  eventId: string;
}

const DELIMITER = '/';

export const predictionLedger = view<PredictionRow>('prediction_ledger', {
  version: 1,
  summary: 'Every prediction, with the version of the model that made it and the moment that it was made of.',
  allow: ['developer', 'analyst', 'manager'],
  personal: [],
  record: 'customerId',
  indexes: [{ customerId: 1, asOf: -1 }, { modelId: 1, asOf: -1 }],
})
  .on(PredictionsMade, ({ data }) => data.items.map(({ customerId }) => data.predictionId + DELIMITER + customerId), (_, { data, recordedAt, id }, key) => {
    const { items, ...prediction } = data;
    const customerId = key.slice(data.predictionId.length + DELIMITER.length);
    return { ...prediction, customerId, expected: items.find((item) => item.customerId === customerId)!.expected, recordedAt, eventId: id };
  });
