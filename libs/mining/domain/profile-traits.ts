import { view } from '#event-sourcing';
import { ContactHobbyRecorded, HabitObserved, PsychographicsRecorded } from '#customers';

/** What a customer, or whom one meets there, likes to do, and is used to. */
export interface ProfileTraits {
  customerId: string;
  hobbies: readonly string[];
  /** What habits are about, such as ordering. */
  habits: readonly string[];
}

const also = (known: readonly string[], more: readonly unknown[]): string[] => [...new Set([...known, ...more.filter((each): each is string => typeof each === 'string')])];
const before = (row: ProfileTraits | undefined, customerId: string): ProfileTraits => row ?? { customerId, hobbies: [], habits: [] };

const traits = view<ProfileTraits>('mining_profile_traits', { version: 1, allow: ['analyst', 'manager'], personal: ['hobbies'], record: '_id' })
  .key(({ data }) => data.customerId)
  .on(ContactHobbyRecorded, (row, { data: { customerId, hobby } }) => ({ ...before(row, customerId), hobbies: also(row?.hobbies ?? [], [hobby]) }))
  .on(PsychographicsRecorded, (row, { data: { customerId, facts } }) => ({ ...before(row, customerId), hobbies: also(row?.hobbies ?? [], interestsOf(facts)) }))
  .on(HabitObserved, (row, { data: { customerId, subject } }) => ({ ...before(row, customerId), habits: also(row?.habits ?? [], [subject]) }));

/** Of an erased person nothing is left to read. */
const interestsOf = (facts: unknown): readonly unknown[] => {
  const { interests } = (typeof facts === 'object' && facts !== null ? facts : {}) as { interests?: unknown };
  return Array.isArray(interests) ? interests : [];
};

/** Folded when an analysis asks for it, and only then: no collection is kept. */
export const profileTraits = () => traits;
