import type { Aggregate } from '../../modelling/aggregate.js';
import type { PublishedVersion } from '../../modelling/policy.js';
import { View, type AnyView } from '../../modelling/view.js';
import type { RecordedEvent } from '../../ports/event-store.js';
import { isWithin, type Moment } from '../moments/moment.js';

export const POLICY_VERSIONS = 'policy_versions';

/** The instance of a policy of which there is one. */
const ONLY = 'default';

/** A version of a policy, as it was published. */
export interface PolicyVersionRow {
  /** `dunning`; with its id where there may be several: `sales-process/eight-steps`. */
  policy: string;
  version: number;
  effectiveFrom: string;
  occurredAt: string;
  recordedAt: string;
  /** The event that published it. */
  eventId: string;
  stream: string;
  revision: number;
}

/** Every version of every policy, whatever context it is of. Undefined where there are none. */
export function policyVersionsOf(aggregates: readonly Aggregate[]): AnyView | undefined {
  const policies = aggregates.filter(({ published }) => published !== undefined);
  if (policies.length === 0) return undefined;
  const versions = View.define<PolicyVersionRow>(POLICY_VERSIONS, { version: 1, summary: 'Every version of every policy.', internal: true });
  return policies.reduce((all, { name, published }) => {
    const policyOf = ({ stream }: RecordedEvent<object>) => labelOf(published!.name, stream.slice(name.length + 1));
    return all.on(published!.type.class, (event) => `${policyOf(event)}/${(event.data as PublishedVersion).version}`, (_, event) => {
      const { version, effectiveFrom = event.occurredAt } = event.data as PublishedVersion;
      const { occurredAt, recordedAt, id: eventId, stream, revision } = event;
      return { policy: policyOf(event), version, effectiveFrom, occurredAt, recordedAt, eventId, stream, revision };
    });
  }, versions);
}

const labelOf = (policy: string, id: string): string => (id === ONLY ? policy : `${policy}/${id}`);

/** The version of each policy in force at a time, of those that had been published by a moment. */
export function versionsInForce(versions: readonly PolicyVersionRow[], at: string, published: Moment = {}): PolicyVersionRow[] {
  const inForce = new Map<string, PolicyVersionRow>();
  for (const version of versions) {
    if (version.effectiveFrom > at || !isWithin(published, version)) continue;
    const known = inForce.get(version.policy);
    if (!known || isLater(version, known)) inForce.set(version.policy, version);
  }
  return [...inForce.values()];
}

/** Of two that apply from the same time on the higher version counts. */
const isLater = (one: PolicyVersionRow, other: PolicyVersionRow): boolean =>
  one.effectiveFrom > other.effectiveFrom || (one.effectiveFrom === other.effectiveFrom && one.version > other.version);
