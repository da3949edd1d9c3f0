import { isDeepStrictEqual } from 'node:util';
import { event, type Class, type NewEvent } from '#event-sourcing';
import { factsOf } from '#event-sourcing/validation';
import type { PolicyState, PolicyVersion } from '../domain/policies.js';

/** Each policy is one stream. */
export const POLICY_ID = 'default';

interface Published<Rules> extends PolicyVersion<Rules> {
  reason?: string;
}

/** The next version of a policy; nothing where it says what the newest version says already. */
export function nextVersion<Rules extends object>(
  type: Class<Published<Rules>>,
  command: { rules: Rules; effectiveFrom?: string; reason?: string },
  { newest }: PolicyState<Rules>,
  occurredAt: string,
): NewEvent[] {
  const { rules, reason } = factsOf({ rules: command.rules, reason: command.reason });
  const effectiveFrom = new Date(command.effectiveFrom ?? occurredAt).toISOString();
  const same = newest && isDeepStrictEqual(newest.rules, rules);
  if (same && (command.effectiveFrom === undefined || newest.effectiveFrom === effectiveFrom)) return [];
  const version = (newest?.version ?? 0) + 1;
  return [event(type, { version, effectiveFrom, rules, ...(reason === undefined ? {} : { reason }) })];
}
