import { ArrayMaxSize, IsArray, IsInt, IsOptional, Max, Min } from 'class-validator';
import { isDeepStrictEqual } from 'node:util';
import { plus } from '#calendar';
import { Command, decide, event, invalid, wrongState } from '#event-sourcing';
import { factsOf, IsId, IsIsoDate, IsListOf, IsNested, IsText } from '#event-sourcing/validation';
import { instalmentsOf } from '#money';
import { AmountDue, IsAmountDue, SalesCommand } from '../../commands/fields.js';
import { customerNamed, refuseUnlessDealable } from '../../commands/knowing.js';
import { checkPlan, Contract, contractFor, type KnownContract } from '../domain/contract.js';
import { ContractAmended, ContractDrafted, ContractSigned, ContractTerminated, PaymentPlanSet, type PlannedInstalment } from '../domain/events.js';

abstract class ContractCommand extends SalesCommand {
  @IsId() contractId!: string;
}

@Command({ summary: 'Drafts a contract with a customer: what is to be paid in all.', allow: ['manager', 'sales'] })
export class DraftContract extends ContractCommand {
  @IsId() customerId!: string;
  @IsOptional() @IsId() orderId?: string;
  @IsOptional() @IsId() opportunityId?: string;
  /** Taxes included. */
  @IsAmountDue() value!: AmountDue;
  @IsOptional() @IsArray() @ArrayMaxSize(500) @IsId({ each: true }) offeringIds?: string[];
  @IsOptional() @IsText(200) title?: string;
}

export const draftContract = decide(Contract, DraftContract, (command, state, _, customer) => {
  if (state) throw wrongState('contract-already-drafted', `Contract ${command.contractId} was drafted already; send AmendContract, or take another id.`);
  refuseUnlessDealable(command, customer);
  return event(ContractDrafted, factsOf(command));
}, customerNamed);

@Command({ summary: 'Both sides have signed a contract. Without a payment plan all of it is due on one day.', allow: ['manager', 'sales'] })
export class SignContract extends ContractCommand {
  /** Where no payment plan was set: when all of it is due. */
  @IsOptional() @IsIsoDate() dueOn?: string;
}

export const signContract = decide(Contract, SignContract, ({ contractId, dueOn }, state) => {
  const { customerId, opportunityId, value, instalments } = contractFor('SignContract', state, contractId);
  const signed = event(ContractSigned, { contractId, customerId, value, ...(opportunityId !== undefined && { opportunityId }) });
  if (instalments.length > 0) return signed;
  if (dueOn === undefined) throw invalid('payment-plan-missing', 'Send SetPaymentPlan first, or say with dueOn when all of it is to be paid.');
  return [event(PaymentPlanSet, { contractId, customerId, former: [], instalments: [{ number: 1, dueOn, amount: value }] }), signed];
});

@Command({ summary: 'A contract comes to more or less than was agreed; set a payment plan that fits afterwards.', allow: ['manager'] })
export class AmendContract extends ContractCommand {
  @IsAmountDue() value!: AmountDue;
  /** Where a payment plan is set: the instalment by which the change is paid; the others stay. */
  @IsOptional() @IsInt() @Min(1) @Max(500) number?: number;
  @IsText(500) reason!: string;
}

export const amendContract = decide(Contract, AmendContract, (command, state) => {
  const contract = contractFor('AmendContract', state, command.contractId);
  const { contractId, value, number, reason } = factsOf(command);
  const { customerId, value: former } = contract;
  if (isDeepStrictEqual(former, value)) return [];
  if (former.currency !== value.currency) throw invalid('two-currencies', `The contract is in ${former.currency}; give the value in it.`);
  const amended = event(ContractAmended, { contractId, customerId, former, value, reason });
  const plan = plannedOf(contract);
  if (plan.length === 0) return amended;
  if (!plan.some((each) => each.number === number)) throw invalid('instalment-not-found', `Name with number the instalment that takes the change; there are ${plan.map((each) => each.number).join(', ')}.`);
  const instalments = plan.map((each) => (each.number === number ? { ...each, amount: { ...value, amount: each.amount.amount + value.amount - former.amount } } : each));
  if (instalments.some(({ amount }) => amount.amount < 0)) throw invalid('instalment-below-zero', `Instalment ${number} is too small to take the change; name a larger one.`);
  checkPlan({ ...contract, value }, instalments);
  return [amended, event(PaymentPlanSet, { contractId, customerId, former: plan, instalments })];
});

@Command({ summary: 'A contract ends: what has not fallen due is no longer to be paid.', allow: ['manager'] })
export class TerminateContract extends ContractCommand {
  @IsText(500) reason!: string;
}

export const terminateContract = decide(Contract, TerminateContract, (command, state) => {
  const contract = contractFor('TerminateContract', state, command.contractId);
  const released = contract.instalments.filter(({ fellDue, paid }) => !fellDue && paid.amount === 0).map(({ number, dueOn, amount }) => ({ number, dueOn, amount }));
  return event(ContractTerminated, { ...factsOf(command), customerId: contract.customerId, released });
});

export class InstalmentFields implements PlannedInstalment {
  /** Counted from 1. */
  @IsInt() @Min(1) @Max(500) number!: number;
  @IsIsoDate() dueOn!: string;
  @IsAmountDue() amount!: AmountDue;
}

export class EqualInstalments {
  @IsInt() @Min(1) @Max(120) count!: number;
  /** Date of the first one. */
  @IsIsoDate() firstDueOn!: string;
  /** Between one and the next. */
  @IsInt() @Min(1) @Max(24) everyMonths!: number;
}

@Command({ summary: 'Sets by when what of a contract is to be paid: each instalment, or so many equal ones.', allow: ['manager', 'sales'] })
export class SetPaymentPlan extends ContractCommand {
  @IsOptional() @IsListOf(() => InstalmentFields) instalments?: InstalmentFields[];
  /** What cannot be divided is paid with the first ones, a minor unit each. */
  @IsOptional() @IsNested(() => EqualInstalments) equal?: EqualInstalments;
}

export const setPaymentPlan = decide(Contract, SetPaymentPlan, (command, state) => {
  const { contractId, instalments: given, equal } = factsOf(command);
  const contract = contractFor('SetPaymentPlan', state, contractId);
  if ((given === undefined) === (equal === undefined)) throw invalid('plan-unclear', 'Give either instalments or equal.');
  const instalments = given ?? equalOf(contract, equal!);
  const twice = instalments.find(({ number }, index) => instalments.findIndex((each) => each.number === number) !== index);
  if (twice) throw invalid('instalment-twice', `Instalment ${twice.number} is there twice; number each of them.`);
  checkPlan(contract, instalments);
  const former = plannedOf(contract);
  return isDeepStrictEqual(former, instalments) ? [] : event(PaymentPlanSet, { contractId, customerId: contract.customerId, former, instalments });
});

const plannedOf = ({ instalments }: KnownContract): PlannedInstalment[] => instalments.map(({ number, dueOn, amount }) => ({ number, dueOn, amount }));

function equalOf({ value }: KnownContract, { count, firstDueOn, everyMonths }: EqualInstalments): PlannedInstalment[] {
  return instalmentsOf(value, count).map((amount, index) => ({ number: index + 1, dueOn: plus(firstDueOn, { months: index * everyMonths }).slice(0, 10), amount }));
}
