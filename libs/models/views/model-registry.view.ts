import { view } from '#event-sourcing';
import { ModelPromoted, ModelRegistered, ModelRetired, ModelTrained, type TrainingData } from '../domain/model.js';

/** A version of a model, keyed `buying-bg-nbd/2`; version 0 is the model before it was trained. */
export interface ModelVersionRow {
  modelId: string;
  version: number;
  method: string;
  summary?: string;
  status: 'registered' | 'trained' | 'promoted' | 'replaced' | 'retired';
  trainedAt?: string;
  recordedAt: string;
  data: TrainingData;
  parameters: Readonly<Record<string, number>>;
  standardErrors?: Readonly<Record<string, number>>;
  diagnostics?: Readonly<Record<string, string | number>>;
  promotedAt?: string;
  /** Why it was promoted or retired. */
  reason?: string;
  eventId: string;
}

const keyOf = (modelId: string, version: number) => `${modelId}/${version}`;

export const modelRegistry = view<ModelVersionRow>('model_registry', {
  version: 1,
  summary: 'Every version of every model: its method, data, parameters with standard errors, and whether it is in use.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: null,
  indexes: [{ modelId: 1, version: 1 }, { method: 1, status: 1 }],
})
  .on(ModelRegistered, ({ data }) => keyOf(data.modelId, 0), (_, { data, recordedAt, id }) => ({ ...data, version: 0, status: 'registered', data: {}, parameters: {}, recordedAt, eventId: id }))
  .on(ModelTrained, ({ data }) => keyOf(data.modelId, data.version), (_, { data, occurredAt, recordedAt, id }) => ({ ...data, status: 'trained', trainedAt: occurredAt, recordedAt, eventId: id }))
  .on(ModelPromoted, ({ data: { modelId, version, replaces } }) => [version, ...(replaces === undefined ? [] : [replaces])].map((each) => keyOf(modelId, each)), (row, { data, occurredAt }) => {
    if (row?.version !== data.version) return row && { ...row, status: 'replaced' };
    return { ...row, status: 'promoted', promotedAt: occurredAt, ...(data.reason !== undefined && { reason: data.reason }) };
  })
  .on(ModelRetired, ({ data }) => keyOf(data.modelId, data.version), (row, { data }) => row && { ...row, status: 'retired', reason: data.reason });
