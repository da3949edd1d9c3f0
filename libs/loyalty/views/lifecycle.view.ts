import { view, type ViewReader } from '#event-sourcing';
import {
  CustomerDeactivated, CustomerLocated, CustomerReactivated, CustomerRegistered, KeyAccountDesignated, KeyAccountReleased, PartyRoleGranted, PartyRoleRevoked, type CustomerKind,
} from '#customers';
import { PurchaseCorrected, PurchaseRecorded, PurchaseReturned } from '#purchases';
import { lifecycle as lifecycleOf, type LifecycleFacts, type Mark, type Stage, type StagePeriod, type StageReason } from '../domain/lifecycle.js';
import { inForceOrder, type LifecycleRules, type PolicyVersion, type StageRules } from '../domain/policies.js';
import { withoutPurchase, withPurchase, type PurchaseDay } from '../domain/purchase-days.js';
import { rulesFor, withTrait, type TraitChange } from '../domain/segments.js';
import { StageCount, StageCountByMonth, Transitions } from '../domain/stage-reports.js';
import { policies } from './policies.view.js';

/** The facts that the stages follow from; they change with events only. */
export interface LifecycleRow extends LifecycleFacts {
  customerId: string;
  /** Some kinds of customers may have rules of their own. */
  kind?: CustomerKind;
  /** What else segments may ask for; missing where nothing of it is known. */
  traits?: TraitChange[];
  activity: (Mark & { active: boolean })[];
  days: PurchaseDay[];
}

export interface StageTransition {
  from: Stage;
  to: Stage;
  at: string;
}

/** The row with the stages at the moment of the question; null where there was no customer or no policy yet. */
export interface LifecycleAnswer extends LifecycleRow {
  stage: Stage | null;
  /** Since when in this stage. */
  since: string | null;
  /** Why it is the stage now: rule, policy version in force now, and the events that it rests on. */
  rule: StageReason['rule'] | null;
  policyVersion: number | null;
  evidence: string[];
  previousStage: Stage | null;
  transitions: StageTransition[];
  /** All stages from the beginning, each with the reason for which it began. */
  periods: StagePeriod[];
}

const noFacts = (customerId: string): LifecycleRow => ({ customerId, activity: [], days: [] });

/** The stage of each customer in the life cycle of the relationship, and how it came there. */
export const lifecycle = view<LifecycleRow>('lifecycle', {
  version: 3,
  summary: 'The life-cycle stage of each customer, with the rule, the policy version and the events behind it.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: '_id',
})
  .key(({ data }) => data.customerId)
  .on(CustomerRegistered, (row, { data, occurredAt, id }, key) => ({
    ...(row ?? noFacts(key)),
    customerId: data.customerId,
    kind: data.kind,
    registered: { at: occurredAt, eventId: id },
  }))
  .on(CustomerDeactivated, (row, { occurredAt, id }, key) => withActivity(row ?? noFacts(key), { at: occurredAt, eventId: id, active: false }))
  .on(CustomerReactivated, (row, { occurredAt, id }, key) => withActivity(row ?? noFacts(key), { at: occurredAt, eventId: id, active: true }))
  .on(PurchaseRecorded, (row, { data, occurredAt, id }, key) =>
    withDays(row ?? noFacts(key), withPurchase(row?.days ?? [], { at: occurredAt, purchaseId: data.purchaseId, eventId: id })))
  .on(PurchaseReturned, (row, { data }) =>
    row && data.whole ? withDays(row, withoutPurchase(row.days, data.purchaseId, data.purchasedAt)) : row)
  .on(PurchaseCorrected, ({ data }) => [data.from.customerId, data.to.customerId], (row, { data, id }, key) => {
    const { purchaseId, from, to } = data;
    if (from.customerId === to.customerId && from.purchasedAt === to.purchasedAt) return row;
    let days = row?.days ?? [];
    if (key === from.customerId) days = withoutPurchase(days, purchaseId, from.purchasedAt);
    if (key === to.customerId) days = withPurchase(days, { at: to.purchasedAt, purchaseId, eventId: id });
    return withDays(row ?? noFacts(key), days);
  })
  .on(KeyAccountDesignated, (row, { occurredAt }) => row && { ...row, traits: withTrait(row.traits, { at: occurredAt, keyAccount: true }) })
  .on(KeyAccountReleased, (row, { occurredAt }) => row && { ...row, traits: withTrait(row.traits, { at: occurredAt, keyAccount: false }) })
  .on(PartyRoleGranted, (row, { data, occurredAt }) => row && { ...row, traits: withTrait(row.traits, { at: occurredAt, granted: data.role }) })
  .on(PartyRoleRevoked, (row, { data, occurredAt }) => row && { ...row, traits: withTrait(row.traits, { at: occurredAt, revoked: data.role }) })
  .on(CustomerLocated, (row, { data: { country, region }, occurredAt }) =>
    row && { ...row, traits: withTrait(row.traits, { at: occurredAt, location: { country, ...(region !== undefined && { region }) } }) })
  .computed({
    fields: ['stage', 'since', 'rule', 'policyVersion', 'evidence', 'previousStage', 'transitions', 'periods'],
    outcome: ['stage'],
    because: ['rule', 'since', 'policyVersion', 'evidence'],
    parameters: lifecyclePolicies,
    compute: answer,
  })
  .report('stage_counts', {
    summary: 'Customers in each stage now.',
    run: async (rows) => {
      const count = new StageCount();
      for await (const { stage } of rows) if (stage) count.add(stage);
      return count.result();
    },
  })
  .report('stage_counts_by_month', {
    summary: 'Customers in each stage at the end of each month up to now.',
    run: async (rows, now) => {
      const count = new StageCountByMonth(now);
      for await (const { periods } of rows) count.add(periods);
      return count.result();
    },
  })
  .report('transition_matrix', {
    summary: 'How often customers went from one stage to another so far, and the share of each way out of a stage.',
    run: async (rows) => {
      const transitions = new Transitions();
      for await (const { periods } of rows) transitions.add(periods);
      return transitions.result();
    },
  });

/** Versions of the policy, as they are for a customer. */
type Versions = (row: LifecycleRow) => readonly PolicyVersion<StageRules>[];

async function lifecyclePolicies(read: ViewReader): Promise<Versions> {
  const found = await read.find(policies, { filter: { kind: 'lifecycle' } });
  return versionsOf(inForceOrder(found.filter((policy) => policy.kind === 'lifecycle')));
}

function versionsOf(versions: readonly PolicyVersion<LifecycleRules>[]): Versions {
  const known = new Map<CustomerKind | undefined, readonly PolicyVersion<StageRules>[]>();
  const hasSegments = versions.some(({ rules }) => (rules.segments ?? []).length > 0);
  return ({ kind, traits = [] }) => {
    if (hasSegments) return rulesFor(kind, traits, versions);
    const of = known.get(kind) ?? versions.map((version) => ({ ...version, rules: (kind && version.rules.variants?.[kind]) ?? version.rules }));
    known.set(kind, of);
    return of;
  };
}

const NO_STAGE = { stage: null, since: null, rule: null, policyVersion: null, evidence: [], previousStage: null, transitions: [], periods: [] };

/** Reports ask this of every row: `Object.assign` widens an object ten times as fast as spreading does. */
function answer(row: LifecycleRow, now: string, versions: Versions): LifecycleAnswer {
  const found = lifecycleOf(row, versions(row), now);
  if (!found) return Object.assign({}, row, NO_STAGE);
  const { periods, present } = found;
  const transitions: StageTransition[] = [];
  for (let next = 1; next < periods.length; next++) {
    transitions.push({ from: periods[next - 1]!.stage, to: periods[next]!.stage, at: periods[next]!.since });
  }
  const since = periods.at(-1)!.since;
  const previousStage = periods.at(-2)?.stage ?? null;
  return Object.assign({}, row, present, { since, previousStage, transitions, periods });
}

function withActivity(row: LifecycleRow, mark: Mark & { active: boolean }): LifecycleRow {
  return { ...row, activity: [...row.activity, mark] };
}

/** Nothing is left to be a row of where the only purchase went back or to another customer, and nobody was registered. */
function withDays(row: LifecycleRow, days: PurchaseDay[]): LifecycleRow | undefined {
  const empty = days.length === 0 && row.activity.length === 0 && !row.registered;
  return empty ? undefined : { ...row, days };
}
