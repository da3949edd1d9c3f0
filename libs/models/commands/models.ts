import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Command, decide, event, invalid, notFound, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { IsFacts, IsNumbers } from './records.js';
import { Model, ModelPromoted, ModelRegistered, ModelRetired, ModelTrained, type ModelState } from '../domain/model.js';

@Command({ summary: 'Registers a statistical model, before it is trained.', allow: ['manager'] })
export class RegisterModel {
  @IsId() modelId!: string;
  /** How it is made, such as bg_nbd. */
  @IsId() method!: string;
  @IsText(500) summary!: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const registerModel = decide(Model, RegisterModel, (command, model) => {
  if (model.method === command.method) return [];
  if (model.method !== undefined) throw wrongState('model-already-registered', `Model ${command.modelId} is made by ${model.method}; give another method a model of its own.`);
  return event(ModelRegistered, factsOf(command));
});

@Command({ summary: 'Records a fit as the next version of a model: its parameters and the data that it was trained on.', allow: ['manager'] })
export class RecordModelTraining {
  @IsId() modelId!: string;
  /** asOf, currency, observations and whatever else tells the data apart. */
  @IsFacts() data!: Record<string, string | number | null>;
  @IsNumbers() parameters!: Record<string, number>;
  @IsOptional() @IsNumbers() standardErrors?: Record<string, number>;
  @IsOptional() @IsFacts() diagnostics?: Record<string, string | number>;
  /** The model says something of this moment on: that of its data. */
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const recordModelTraining = decide(Model, RecordModelTraining, (command, model) => {
  const { method } = registered(command.modelId, model);
  if (Object.keys(command.parameters).length === 0) throw invalid('no-parameters', 'A trained model has parameters; give at least one.');
  return event(ModelTrained, { ...factsOf(command), method, version: model.versions + 1 });
});

@Command({ summary: 'Has a version of a model used from now on.', allow: ['manager'] })
export class PromoteModel {
  @IsId() modelId!: string;
  @IsInt() @Min(1) @Max(1_000_000) version!: number;
  @IsOptional() @IsText(1_000) reason?: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const promoteModel = decide(Model, PromoteModel, (command, model) => {
  registered(command.modelId, model);
  if (command.version > model.versions) throw notFound('model-version-not-found', `Model ${command.modelId} has ${model.versions} versions; there is no version ${command.version}.`);
  return model.promoted === command.version ? [] : event(ModelPromoted, { ...factsOf(command), ...(model.promoted !== undefined && { replaces: model.promoted }) });
});

@Command({ summary: 'Has a model used no longer.', allow: ['manager'] })
export class RetireModel {
  @IsId() modelId!: string;
  @IsText(1_000) reason!: string;
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const retireModel = decide(Model, RetireModel, (command, model) => {
  registered(command.modelId, model);
  return model.promoted === undefined ? [] : event(ModelRetired, { ...factsOf(command), version: model.promoted });
});

function registered(modelId: string, { method }: ModelState): { method: string } {
  if (method === undefined) throw notFound('model-not-found', `There is no model ${modelId}; register it first, or correct the id.`);
  return { method };
}
