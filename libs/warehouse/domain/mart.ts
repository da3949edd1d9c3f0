import { aggregate, DomainEvent, Plain } from '#event-sourcing';

// Names and fields of events are the storage format: changed only through an upcaster.

/** A question to a cube, under a name. */
export interface MartQuestion {
  name: string;
  question: Readonly<Record<string, unknown>>;
}

/** What a department looks at: some questions to cubes. Defined again, it is what was said last. */
@DomainEvent()
export class MartDefined {
  martId!: string;
  @Plain() department!: string;
  @Plain() questions!: MartQuestion[];
}

@DomainEvent()
export class MartWithdrawn {
  martId!: string;
  @Plain() reason!: string;
}

/** Null: there is none. */
export type MartState = { department: string; questions: readonly MartQuestion[] } | null;

export const Mart = aggregate<'mart', MartState>('mart', null)
  .on(MartDefined, (_, { department, questions }) => ({ department, questions }))
  .on(MartWithdrawn, () => null);
