import { BEGINNING, MAX_PAGE, type Engine, type RecordedEvent } from '#event-sourcing';

/** A version of a policy, as it was published. */
export interface PublishedPolicy {
  kind: string;
  version: number;
  effectiveFrom: string;
  recordedAt: string;
}

const POLICIES = 'policies';

/** Every version of every policy; none where no context has policies. */
export async function publishedPolicies(engine: Engine): Promise<PublishedPolicy[]> {
  if (!engine.projector.names().includes(POLICIES)) return [];
  const published: PublishedPolicy[] = [];
  for (let cursor: string | undefined, more = true; more; ) {
    const { items, next } = (await engine.views.find(POLICIES, { limit: MAX_PAGE, ...(cursor !== undefined && { cursor }) }, { after: BEGINNING })).value;
    published.push(...(items as unknown as PublishedPolicy[]));
    [cursor, more] = [next, next !== undefined];
  }
  return published;
}

/** The version of each policy that was in force when the event happened, of those that were known when it was recorded. */
export function policiesAt(published: readonly PublishedPolicy[], { occurredAt, recordedAt }: Pick<RecordedEvent, 'occurredAt' | 'recordedAt'>): Record<string, number> {
  const inForce = new Map<string, PublishedPolicy>();
  for (const policy of published) {
    if (policy.effectiveFrom > occurredAt || policy.recordedAt > recordedAt) continue;
    const known = inForce.get(policy.kind);
    if (!known || policy.effectiveFrom > known.effectiveFrom || (policy.effectiveFrom === known.effectiveFrom && policy.version > known.version)) inForce.set(policy.kind, policy);
  }
  return Object.fromEntries([...inForce].map(([kind, { version }]) => [kind, version]));
}
