/** Something that somebody does at a moment of the simulated year. */
export interface Step {
  /** Name of the command. */
  command: string;
  fields: Readonly<Record<string, unknown>>;
  at: Date;
}

const DAY_MS = 86_400_000;

/** So many days later; fractions count. */
export const later = (moment: Date, days: number): Date => new Date(moment.getTime() + days * DAY_MS);

/** Date, UTC. */
export const dayOf = (moment: Date): string => moment.toISOString().slice(0, 10);

/** In the order of their moments; those of one moment in the order in which they were told. */
export const inOrder = (steps: readonly Step[]): Step[] => [...steps].sort((one, other) => one.at.getTime() - other.at.getTime());
