import { CustomerRegistered } from '#customers';
import { eventTypeOf, type AnyView, type Class } from '#event-sourcing';
import { lifecycle, LifecyclePolicyPublished, policies, type StagePeriod } from '#loyalty';
import { PurchaseCorrected, PurchaseReturned } from '#purchases';
import type { Source, Table } from '../model/table.js';

/** Stages that will be reached by passing time alone are known as soon as the last event is: they count from their day on. */
const FOR_EVER = '9999-12-31T23:59:59.999Z';

export const factStageChange: Table = {
  name: 'fact_stage_change',
  keyColumn: 'customer_id',
  summary: 'A customer came to a stage of the life cycle; the rule, the policy version and the events that it rests on.',
  columns: { customer_id: 'text', changed_at: 'time', from_stage: 'text', to_stage: 'text', rule: 'text', policy_version: 'integer', evidence: 'texts' },
  happenedAt: 'changed_at',
};

const stages: AnyView = lifecycle;
const nameOf = (type: Class): string => eventTypeOf(type).name;

export const stageSource: Source = {
  tables: [factStageChange],
  fold: stages,
  // A stage is judged by what had happened until then: later events add to the list and, but for these, change nothing of it. The kind of a
  // customer is known from the registration on, which may come after purchases.
  turns: [CustomerRegistered, PurchaseReturned, PurchaseCorrected].map(nameOf),
  governedBy: {
    policies,
    published: nameOf(LifecyclePolicyPublished),
    isRetroactive: ({ data, occurredAt }) => (data as LifecyclePolicyPublished).effectiveFrom < occurredAt,
    parameters: (read) => stages.computation!.parameters!(read),
  },
  rows: (state, customerId, parameters) => {
    const { periods } = stages.computation!.compute(state, FOR_EVER, parameters) as { periods: readonly StagePeriod[] };
    return periods.map(({ stage, since, rule, policyVersion, evidence }, index) => ({
      table: factStageChange.name,
      id: since,
      values: { customer_id: customerId, changed_at: since, from_stage: periods[index - 1]?.stage ?? null, to_stage: stage, rule, policy_version: policyVersion, evidence },
    }));
  },
};
