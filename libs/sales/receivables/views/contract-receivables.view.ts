import { onRow, view } from '#event-sourcing';
import { difference, sumOf, zero, type Money } from '#money';
import { ageingOf, type Ageing } from '../domain/ageing.js';
import { type ContractStatus } from '../domain/contract.js';
import { ContractAmended, ContractDrafted, ContractSigned, ContractTerminated, PaymentAllocated, PaymentPlanSet, PaymentReceived, PaymentReversed, type PlannedInstalment } from '../domain/events.js';

export interface InstalmentRow extends PlannedInstalment {
  paid: Money;
  open: Money;
}

export interface ContractReceivablesRow {
  customerId: string;
  orderId?: string;
  opportunityId?: string;
  title?: string;
  status: ContractStatus;
  signedAt?: string;
  value: Money;
  instalments: InstalmentRow[];
  payments: { paymentId: string; at: string; amount: Money; reversed: boolean }[];
  /** All that came in and was not reversed. */
  received: Money;
  /** More came in than was to be paid. */
  credit: Money;
}

/** `planned` is what was to be paid by now, `ageing` what is open by how long it has been due. */
export interface ContractReceivables extends ContractReceivablesRow {
  planned: Money;
  overdue: Money;
  ageing: Ageing;
}

export const contractReceivables = view<ContractReceivablesRow>('contract_receivables', {
  version: 1,
  summary: 'Every contract with its payment plan against what was really paid, and what is overdue for how long.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: ['title'],
  record: 'customerId',
  indexes: [{ customerId: 1 }, { status: 1 }],
})
  .key(({ data }) => data.contractId)
  .on(ContractDrafted, (_, { data: { contractId: __, offeringIds: ___, ...said } }) => ({
    ...said, status: 'drafted', instalments: [], payments: [], received: zero(said.value.currency), credit: zero(said.value.currency),
  }))
  .on(ContractSigned, onRow((_, { occurredAt }) => ({ status: 'signed', signedAt: occurredAt })))
  .on(ContractAmended, onRow((_, { data: { value } }) => ({ value })))
  .on(ContractTerminated, onRow(({ instalments }, { data: { released } }) => ({
    status: 'terminated', instalments: instalments.filter(({ number }) => !released.some((each) => each.number === number)),
  })))
  .on(PaymentPlanSet, onRow((row, { data: { instalments } }) => ({ instalments: instalments.map((plan) => plannedOf(plan, row.instalments)) })))
  .on(PaymentReceived, onRow((row, { data: { paymentId, amount }, occurredAt }) => ({
    payments: [...row.payments, { paymentId, at: occurredAt, amount, reversed: false }], ...moreReceived(row, amount),
  })))
  .on(PaymentAllocated, onRow((row, { data: { number, amount } }) => ({ instalments: paid(row.instalments, number, amount), credit: difference(row.credit, amount) })))
  .on(PaymentReversed, onRow((row, { data: { paymentId, amount, allocations } }) => {
    const back = sumOf(amount.currency, allocations.map((part) => part.amount));
    return {
      payments: row.payments.map((payment) => (payment.paymentId === paymentId ? { ...payment, reversed: true } : payment)),
      received: difference(row.received, amount),
      credit: difference(row.credit, difference(amount, back)),
      instalments: allocations.reduce((all, part) => paid(all, part.number, { ...part.amount, amount: -part.amount.amount }), row.instalments),
    };
  }))
  .computed<ContractReceivables, unknown>({ fields: ['planned', 'overdue', 'ageing'], compute: (row, now) => ({ ...row, ...byNow(row, now) }) })
  .report('ageing', {
    summary: 'What is open of all signed contracts, by how long it has been due.',
    run: async (rows, now) => {
      const open: InstalmentRow[] = [];
      for await (const { status, instalments } of rows) if (status !== 'drafted') open.push(...instalments);
      return ageingOf(open, now);
    },
  });

function plannedOf(plan: PlannedInstalment, before: readonly InstalmentRow[]): InstalmentRow {
  const already = before.find(({ number }) => number === plan.number)?.paid ?? zero(plan.amount.currency);
  return { ...plan, paid: already, open: difference(plan.amount, already) };
}

/** All of it is credit until it is allocated. */
const moreReceived = ({ received, credit }: ContractReceivablesRow, amount: Money) => ({
  received: sumOf(amount.currency, [received, amount]), credit: sumOf(amount.currency, [credit, amount]),
});

function paid(instalments: readonly InstalmentRow[], number: number, amount: Money): InstalmentRow[] {
  return instalments.map((each) => (each.number === number ? { ...each, paid: sumOf(amount.currency, [each.paid, amount]), open: difference(each.open, amount) } : each));
}

function byNow({ status, instalments, value: { currency } }: ContractReceivablesRow, now: string): Pick<ContractReceivables, 'planned' | 'overdue' | 'ageing'> {
  const today = now.slice(0, 10);
  const counted = status === 'drafted' ? [] : instalments;
  return {
    planned: sumOf(currency, counted.filter(({ dueOn }) => dueOn <= today).map(({ amount }) => amount)),
    overdue: sumOf(currency, counted.filter(({ dueOn }) => dueOn < today).map(({ open }) => open)),
    ageing: ageingOf(counted, now),
  };
}
