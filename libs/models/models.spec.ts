import { describe, expect, it } from '@jest/globals';
import { event } from '#event-sourcing';
import { given } from '#event-sourcing/testing';
import { promoteModel, recordModelTraining, registerModel, retireModel } from './commands/models.js';
import { recordPredictions } from './commands/predictions.js';
import { Model, ModelPromoted, ModelRegistered, ModelRetired, ModelTrained } from './domain/model.js';
import { Prediction, PredictionsMade } from './domain/prediction.js';
import { modelRegistry } from './views/model-registry.view.js';
import { predictionLedger } from './views/prediction-ledger.view.js';

const modelId = 'buying';
const registered = event(ModelRegistered, { modelId, method: 'bg_nbd', summary: 'Repeat buying' });
const trained = (version: number) => event(ModelTrained, { modelId, version, method: 'bg_nbd', data: { asOf: '2026-01-31', currency: 'USD' }, parameters: { r: 0.2 + version } });
const promoted = (version: number, replaces?: number) => event(ModelPromoted, { modelId, version, ...(replaces !== undefined && { replaces }) });

describe('A model', () => {
  it('is registered once and by one method', () => {
    given(Model, []).when(registerModel, { modelId, method: 'bg_nbd', summary: 'Repeat buying' }).then([registered]);
    given(Model, [registered]).when(registerModel, { modelId, method: 'bg_nbd', summary: 'Again' }).then([]);
    given(Model, [registered]).when(registerModel, { modelId, method: 'logit', summary: 'Other' }).thenRejected('model-already-registered');
  });

  it('gets a version with each training, and uses the one that is promoted', () => {
    const training = { modelId, data: { asOf: '2026-01-31', currency: 'USD' }, parameters: { r: 1.2 } };
    given(Model, [registered]).when(recordModelTraining, training).then([trained(1)]);
    given(Model, []).when(recordModelTraining, training).thenRejected('model-not-found');
    given(Model, [registered]).when(recordModelTraining, { ...training, parameters: {} }).thenRejected('no-parameters');
    given(Model, [registered, trained(1), trained(2), promoted(1)]).when(promoteModel, { modelId, version: 2 }).then([promoted(2, 1)]);
    given(Model, [registered, trained(1), promoted(1)]).when(promoteModel, { modelId, version: 1 }).then([]);
    given(Model, [registered, trained(1)]).when(promoteModel, { modelId, version: 2 }).thenRejected('model-version-not-found');
    given(Model, [registered, trained(1), promoted(1)]).when(retireModel, { modelId, reason: 'Wrong' }).then([event(ModelRetired, { modelId, version: 1, reason: 'Wrong' })]);
    given(Model, [registered, trained(1)]).when(retireModel, { modelId, reason: 'Wrong' }).then([]);
  });

  it('shows each version and its standing', () => {
    const rows = given(modelRegistry, [registered, trained(1), promoted(1), trained(2), promoted(2, 1)]).rows();
    expect([...rows].map(([key, { status, parameters }]) => [key, status, parameters])).toEqual([
      ['buying/0', 'registered', {}], ['buying/1', 'replaced', { r: 1.2 }], ['buying/2', 'promoted', { r: 2.2 }],
    ]);
    expect(given(modelRegistry, [registered, trained(1), promoted(1), event(ModelRetired, { modelId, version: 1, reason: 'Wrong' })]).rows().get('buying/1')).toMatchObject({ status: 'retired', reason: 'Wrong' });
  });
});

describe('A prediction', () => {
  const made = { predictionId: 'p', modelId, modelVersion: 2, measure: 'purchase-days', asOf: '2026-01-31T23:59:59.999Z', horizonDays: 273, items: [{ customerId: 'a', expected: 1.5 }, { customerId: 'b', expected: 0.1 }] };

  it('is made once, and stands in the ledger for each customer', () => {
    given(Prediction, []).when(recordPredictions, made).then([event(PredictionsMade, made)]);
    given(Prediction, [event(PredictionsMade, made)]).when(recordPredictions, made).thenRejected('prediction-already-made');
    const rows = given(predictionLedger, [event(PredictionsMade, made)]).rows();
    expect([...rows].map(([key, { customerId, expected, modelVersion }]) => [key, customerId, expected, modelVersion])).toEqual([['p/a', 'a', 1.5, 2], ['p/b', 'b', 0.1, 2]]);
  });
});
