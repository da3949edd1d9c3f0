import { versionsInForce, type PolicyVersionRow, type RecordedEvent } from '#event-sourcing';

/** The version of each policy that was in force when the event happened, of those that were known when it was recorded. */
export function policiesAt(published: readonly PolicyVersionRow[], { occurredAt, recordedAt }: Pick<RecordedEvent, 'occurredAt' | 'recordedAt'>): Record<string, number> {
  return Object.fromEntries(versionsInForce(published, occurredAt, { knownAt: recordedAt }).map(({ policy, version }) => [policy, version]));
}
