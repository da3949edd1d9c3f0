import { aggregate, DomainEvent, onKnown, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** A step of selling. */
export interface Stage {
  /** `arrange-visit` */
  stage: string;
  name: string;
  /** How likely an opportunity that is in it is won, in per cent. */
  probability?: number;
  /** Comes after the sale: only won opportunities get there. */
  afterSale?: boolean;
}

@DomainEvent()
export class SalesProcessDefined {
  salesprocessId!: string;
  @Plain() name!: string;
}

/** The process as it is from now on. Opportunities stay on the version that they were opened with. */
@DomainEvent()
export class SalesProcessVersionPublished {
  salesprocessId!: string;
  version!: number;
  @Plain() stages!: Stage[];
  @Plain() reason?: string;
}

@DomainEvent()
export class SalesStageAdded {
  salesprocessId!: string;
  @Plain() stage!: Stage;
  /** The stage that it comes after; none: it is the first. */
  @Plain() after?: string;
}

@DomainEvent()
export class SalesStageRetired {
  salesprocessId!: string;
  @Plain() stage!: string;
}

export interface KnownSalesProcess {
  name: string;
  version: number;
  stages: Stage[];
}

/** Null: none was defined under this id. */
export type SalesProcessState = KnownSalesProcess | null;

const on = onKnown<KnownSalesProcess>();

export const SalesProcess = aggregate<'salesprocess', SalesProcessState>('salesprocess', null)
  .on(SalesProcessDefined, (_, { name }) => ({ name, version: 0, stages: [] }))
  .on(SalesProcessVersionPublished, on((_, { version, stages }) => ({ version, stages })))
  .on(SalesStageAdded, (process) => process)
  .on(SalesStageRetired, (process) => process)
  .policy('sales-process', SalesProcessVersionPublished);
