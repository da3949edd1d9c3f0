import { IsInt, IsNumber, IsOptional, Max, Min } from 'class-validator';
import { Command, decide, event, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsKeyword, IsListOf, IsMoment, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { Prediction, PredictionsMade } from '../domain/prediction.js';

export const ITEMS_AT_MOST = 2_000;

export class PredictedItemFields {
  @IsId() customerId!: string;
  @IsNumber() expected!: number;
}

@Command({ summary: 'Records what a version of a model expects of customers, to be held against what happens.', allow: ['manager'] })
export class RecordPredictions {
  @IsId() predictionId!: string;
  @IsId() modelId!: string;
  @IsInt() @Min(1) @Max(1_000_000) modelVersion!: number;
  /** What is foretold, such as purchase-days. */
  @IsKeyword() measure!: string;
  /** Such as a currency. */
  @IsOptional() @IsText(50) unit?: string;
  @IsMoment() asOf!: string;
  @IsInt() @Min(1) @Max(36_500) horizonDays!: number;
  @IsListOf(() => PredictedItemFields, { most: ITEMS_AT_MOST }) items!: PredictedItemFields[];
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const recordPredictions = decide(Prediction, RecordPredictions, (command, { made }) => {
  if (made) throw wrongState('prediction-already-made', `Prediction ${command.predictionId} was made already, and is not changed afterwards; give a new one an id of its own.`);
  return event(PredictionsMade, { ...factsOf(command), asOf: new Date(command.asOf).toISOString(), items: command.items.map(({ customerId, expected }) => ({ customerId, expected })) });
});
