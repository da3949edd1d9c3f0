import { plus } from '#calendar';
import { cancelDeadline, dispatch, process, remember, setDeadline, type Effect } from '#event-sourcing';
import { MarkInstalmentDue } from '../commands/payments.js';
import { ContractDrafted, ContractSigned, ContractTerminated, PaymentPlanSet, type PlannedInstalment } from '../domain/events.js';

interface Plan {
  signed: boolean;
  instalments: PlannedInstalment[];
}

const contract = ({ data }: { data: { contractId: string } }): string => data.contractId;

/** On the day of each instalment of a signed contract, says that it is due. An instance is a contract. */
export const instalmentsFallingDue = process<Plan>('instalmentsfallingdue', { signed: false, instalments: [] }, { summary: 'Says of each instalment of a signed contract that it is due, on its day.' })
  .startsOn(ContractDrafted, contract, () => remember({ signed: false, instalments: [] }))
  .on(PaymentPlanSet, contract, (plan, { data: { former, instalments } }) => [
    remember({ ...plan, instalments }),
    ...(plan.signed ? [...gone(former, instalments).map(({ number }) => cancelDeadline(`due/${number}`)), ...deadlines(changed(former, instalments))] : []),
  ])
  .on(ContractSigned, contract, (plan) => [remember({ ...plan, signed: true }), ...deadlines(plan.instalments)])
  .on(ContractTerminated, contract, (_, { data: { released } }) => released.map(({ number }) => cancelDeadline(`due/${number}`)))
  .onDeadline('due', (_, { key, at }, { id }) => dispatch(MarkInstalmentDue, { contractId: id, number: Number(key), occurredAt: at }));

const deadlines = (instalments: readonly PlannedInstalment[]): Effect<Plan>[] => instalments.map(({ number, dueOn }) => setDeadline(`due/${number}`, plus(dueOn, {})));

const gone = (former: readonly PlannedInstalment[], present: readonly PlannedInstalment[]) => former.filter(({ number }) => !present.some((each) => each.number === number));

/** Those whose day is another; an instalment that fell due already does so no second time. */
const changed = (former: readonly PlannedInstalment[], present: readonly PlannedInstalment[]) =>
  present.filter(({ number, dueOn }) => former.find((each) => each.number === number)?.dueOn !== dueOn);
