import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** What a version was trained on: `asOf`, `knownAt`, `currency`, `observations`, and whatever else tells the data apart. */
export type TrainingData = Readonly<Record<string, string | number | null>>;

@DomainEvent()
export class ModelRegistered {
  modelId!: string;
  @Plain() method!: string;
  @Plain() summary!: string;
}

/** A new version: the numbers of a fit, and the data that they come from. */
@DomainEvent()
export class ModelTrained {
  modelId!: string;
  version!: number;
  @Plain() method!: string;
  @Plain() data!: TrainingData;
  parameters!: Readonly<Record<string, number>>;
  standardErrors?: Readonly<Record<string, number>>;
  /** Log-likelihood, measures on held-out data, the seed… */
  @Plain() diagnostics?: Readonly<Record<string, string | number>>;
}

/** From now on this version is used; the one before is not. */
@DomainEvent()
export class ModelPromoted {
  modelId!: string;
  version!: number;
  /** The version that was used until then. */
  replaces?: number;
  @Plain() reason?: string;
}

/** No version is used any more. */
@DomainEvent()
export class ModelRetired {
  modelId!: string;
  /** The version that was used until then. */
  version!: number;
  @Plain() reason!: string;
}

export interface ModelState {
  method?: string;
  /** How many there are. */
  versions: number;
  promoted?: number;
}

const unknown: ModelState = { versions: 0 };

export const Model = aggregate('model', unknown)
  .on(ModelRegistered, (model, { method }) => ({ ...model, method }))
  .on(ModelTrained, (model, { version }) => ({ ...model, versions: version }))
  .on(ModelPromoted, (model, { version }) => ({ ...model, promoted: version }))
  .on(ModelRetired, ({ promoted: _, ...model }) => model);
