import { view } from '#event-sourcing';
import { HabitObserved, PreferenceObserved } from '../domain/profile.js';

export interface Observation {
  subject: string;
  text: string;
  /** How often it was observed. */
  times: number;
  firstObservedAt: string;
  lastObservedAt: string;
  lastEventId: string;
}

export interface PreferenceProfileRow {
  preferences: Observation[];
  habits: Observation[];
}

export const preferenceProfile = view<PreferenceProfileRow>('preference_profile', {
  version: 1,
  summary: 'What a customer prefers and is used to, and how sure that is.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['preferences.text', 'habits.text'],
  record: '_id',
  indexes: [{ 'preferences.subject': 1 }],
})
  .key((event) => event.data.customerId)
  .on(PreferenceObserved, (row = nothingObserved, { data: { subject, preference }, occurredAt, id }) => ({
    ...row, preferences: observed(row.preferences, subject, preference, occurredAt, id),
  }))
  .on(HabitObserved, (row = nothingObserved, { data: { subject, habit }, occurredAt, id }) => ({
    ...row, habits: observed(row.habits, subject, habit, occurredAt, id),
  }));

const nothingObserved: PreferenceProfileRow = { preferences: [], habits: [] };

function observed(observations: Observation[], subject: string, text: string, occurredAt: string, eventId: string): Observation[] {
  const before = observations.find((one) => one.subject === subject && one.text === text);
  if (!before) return [...observations, { subject, text, times: 1, firstObservedAt: occurredAt, lastObservedAt: occurredAt, lastEventId: eventId }];
  const isLatest = occurredAt >= before.lastObservedAt;
  const now: Observation = {
    ...before,
    times: before.times + 1,
    firstObservedAt: occurredAt < before.firstObservedAt ? occurredAt : before.firstObservedAt,
    ...(isLatest && { lastObservedAt: occurredAt, lastEventId: eventId }),
  };
  return observations.map((one) => (one === before ? now : one));
}
