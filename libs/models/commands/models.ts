import { IsInt, IsObject, IsOptional, Max, Min, ValidateBy } from 'class-validator';
import { Command, decide, event, invalid, notFound, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsOccurredAt, IsText } from '#event-sourcing/validation';
import { Model, ModelPromoted, ModelRegistered, ModelRetired, ModelTrained, type ModelState } from '../domain/model.js';

const FIELDS_AT_MOST = 1_000;

const Holds = (what: string, fits: (value: unknown) => boolean): PropertyDecorator => ValidateBy({
  name: 'holds',
  validator: {
    validate: (value: unknown) => typeof value === 'object' && value !== null && Object.keys(value).length <= FIELDS_AT_MOST && Object.values(value).every(fits),
    defaultMessage: () => `$property must be an object of ${what}, ${FIELDS_AT_MOST} at the most`,
  },
});

const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value);
const isSimple = (value: unknown) => value === null || isNumber(value) || (typeof value === 'string' && value.length <= 1_000);

@Command({ summary: 'Registers a statistical model, before it is trained.', allow: ['analyst', 'manager'] })
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

@Command({ summary: 'Records a fit as the next version of a model: its parameters and the data that it was trained on.', allow: ['analyst', 'manager'] })
export class RecordModelTraining {
  @IsId() modelId!: string;
  /** asOf, currency, observations and whatever else tells the data apart. */
  @IsObject() @Holds('texts and numbers', isSimple) data!: Record<string, string | number | null>;
  @IsObject() @Holds('finite numbers', isNumber) parameters!: Record<string, number>;
  @IsOptional() @IsObject() @Holds('finite numbers', isNumber) standardErrors?: Record<string, number>;
  @IsOptional() @IsObject() @Holds('texts and numbers', isSimple) diagnostics?: Record<string, string | number>;
  /** The model says something of this moment on: that of its data. */
  @IsOptional() @IsOccurredAt() occurredAt?: string;
}

export const recordModelTraining = decide(Model, RecordModelTraining, (command, model) => {
  const { method } = registered(command.modelId, model);
  if (Object.keys(command.parameters).length === 0) throw invalid('no-parameters', 'A trained model has parameters; give at least one.');
  return event(ModelTrained, { ...factsOf(command), method, version: model.versions + 1 });
});

@Command({ summary: 'Has a version of a model used from now on.', allow: ['analyst', 'manager'] })
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

@Command({ summary: 'Has a model used no longer.', allow: ['analyst', 'manager'] })
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
