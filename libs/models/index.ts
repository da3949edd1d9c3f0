// What other contexts and applications may know of models: their versions, and what they foretold.
export { ModelPromoted, ModelRegistered, ModelRetired, ModelTrained } from './domain/model.js';
export { PredictionsMade, type PredictedItem } from './domain/prediction.js';
export { modelRegistry, type ModelVersionRow } from './views/model-registry.view.js';
export { predictionLedger, type PredictionRow } from './views/prediction-ledger.view.js';
