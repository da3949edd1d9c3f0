import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { mailAddressOf } from '#customers';
import { Command, decide, event, invalid, notFound, wrongState, type StateReader } from '#event-sourcing';
import { factsOf, IsId, IsIsoDate, IsText } from '#event-sourcing/validation';
import { difference } from '#money';
import { AmountDue, IsAmountDue, SalesCommand } from '../../commands/fields.js';
import { customerNamed } from '../../commands/knowing.js';
import { allocationsOf, Contract, contractFor, instalmentOf, openOf, reopenedBy } from '../domain/contract.js';
import { DUNNING_POLICY, DunningPolicy } from '../domain/dunning-policy.js';
import {
  DunningEscalated, DunningNoticeSent, InstalmentFellDue, PaymentAllocated, PaymentReceived, PaymentReversed, PromiseToPayBroken, PromiseToPayRecorded,
} from '../domain/events.js';

abstract class PaymentCommand extends SalesCommand {
  @IsId() contractId!: string;
}

abstract class InstalmentCommand extends PaymentCommand {
  /** Of the instalment. */
  @IsInt() @Min(1) @Max(500) number!: number;
}

@Command({ summary: 'Money of a customer came in for a contract; it settles the instalments that are due first.', allow: ['manager', 'sales', 'service'] })
export class ReceivePayment extends PaymentCommand {
  /** Of the bank, or of one's own. */
  @IsId() paymentId!: string;
  @IsAmountDue() amount!: AmountDue;
  /** An instalment that it is for; the rest settles the others. */
  @IsOptional() @IsInt() @Min(1) @Max(500) number?: number;
}

export const receivePayment = decide(Contract, ReceivePayment, (command, state) => {
  const { contractId, paymentId, amount, number } = factsOf(command);
  const contract = contractFor('ReceivePayment', state, contractId);
  const { customerId, value, payments } = contract;
  if (payments.some((each) => each.paymentId === paymentId)) throw wrongState('payment-already-received', `Payment ${paymentId} was recorded already; take another id.`);
  if (amount.currency !== value.currency) throw invalid('payment-in-another-currency', `The contract is in ${value.currency}; give what was credited in it.`);
  if (number !== undefined) instalmentOf(contract, contractId, number);
  const allocated = allocationsOf(contract, amount, number).map((part) => {
    const instalment = instalmentOf(contract, contractId, part.number);
    return event(PaymentAllocated, { contractId, customerId, paymentId, ...part, open: difference(openOf(instalment), part.amount), dueOn: instalment.dueOn });
  });
  return [event(PaymentReceived, { contractId, customerId, paymentId, amount }), ...allocated];
});

@Command({ summary: 'A payment was sent back, or booked in error: what it settled is open again.', allow: ['manager', 'service'] })
export class ReversePayment extends PaymentCommand {
  @IsId() paymentId!: string;
  @IsText(500) reason!: string;
}

export const reversePayment = decide(Contract, ReversePayment, (command, state) => {
  const contract = contractFor('ReversePayment', state, command.contractId);
  const payment = contract.payments.find(({ paymentId }) => paymentId === command.paymentId);
  if (!payment) throw notFound('payment-not-found', `Contract ${command.contractId} has no payment ${command.paymentId}; correct the id.`);
  const { amount, allocations, reversed } = payment;
  if (reversed) return [];
  return event(PaymentReversed, { ...factsOf(command), customerId: contract.customerId, amount, allocations, reopened: reopenedBy(contract, allocations) });
});

@Command({ summary: 'The day on which an instalment is to be paid has come. Sent by itself.', allow: ['manager'] })
export class MarkInstalmentDue extends InstalmentCommand {}

export const markInstalmentDue = decide(Contract, MarkInstalmentDue, ({ contractId, number }, state, { occurredAt }, policy) => {
  const contract = contractFor('MarkInstalmentDue', state, contractId);
  const { dueOn, amount, paid, fellDue } = instalmentOf(contract, contractId, number);
  if (fellDue) return [];
  if (occurredAt.slice(0, 10) < dueOn) throw wrongState('instalment-not-due', `Instalment ${number} of contract ${contractId} is due on ${dueOn}, not before.`);
  const { version = 0, levels = [] } = policy ?? {};
  return event(InstalmentFellDue, { contractId, customerId: contract.customerId, number, dueOn, amount, open: difference(amount, paid), dunning: { policyVersion: version, levels } });
}, (_: MarkInstalmentDue, stateOf: StateReader) => stateOf(DunningPolicy, DUNNING_POLICY));

@Command({ summary: 'A customer promises to pay an instalment by a day; until then nobody is dunned for it.', allow: ['manager', 'sales', 'service'] })
export class RecordPromiseToPay extends InstalmentCommand {
  @IsIsoDate() promisedOn!: string;
  @IsOptional() @IsText(500) note?: string;
}

export const recordPromiseToPay = decide(Contract, RecordPromiseToPay, (command, state, { occurredAt }) => {
  const contract = contractFor('RecordPromiseToPay', state, command.contractId);
  const instalment = instalmentOf(contract, command.contractId, command.number);
  const amount = openOf(instalment);
  if (!instalment.fellDue) throw wrongState('instalment-not-due', `Instalment ${command.number} is due on ${instalment.dueOn}; a promise is for what is due already.`);
  if (amount.amount === 0) throw wrongState('instalment-paid', `Instalment ${command.number} is paid; nothing is left to promise.`);
  if (command.promisedOn < occurredAt.slice(0, 10)) throw invalid('promise-in-the-past', 'Give a promisedOn that has not passed.');
  return instalment.promisedOn === command.promisedOn ? [] : event(PromiseToPayRecorded, { ...factsOf(command), customerId: contract.customerId, amount });
});

@Command({ summary: 'The day of a promise has passed without the money. Sent by itself.', allow: ['manager'] })
export class BreakPromiseToPay extends InstalmentCommand {}

export const breakPromiseToPay = decide(Contract, BreakPromiseToPay, ({ contractId, number }, state, { occurredAt }) => {
  const contract = contractFor('BreakPromiseToPay', state, contractId);
  const instalment = instalmentOf(contract, contractId, number);
  const { promisedOn } = instalment;
  const open = openOf(instalment);
  if (promisedOn === undefined || open.amount === 0 || occurredAt.slice(0, 10) <= promisedOn) return [];
  return event(PromiseToPayBroken, { contractId, customerId: contract.customerId, number, promisedOn, open });
});

@Command({ summary: 'Sends the customer a notice that an instalment is overdue: nothing where it is paid or promised, or had that level. Sent by itself.', allow: ['manager'] })
export class SendDunningNotice extends InstalmentCommand {
  /** Of the policy, counted from 1. */
  @IsInt() @Min(1) @Max(20) level!: number;
}

/** Where the customer of the contract gets mail. */
async function addressOf({ contractId }: SendDunningNotice, stateOf: StateReader): Promise<string | undefined> {
  const contract = await stateOf(Contract, contractId);
  return contract ? mailAddressOf(await customerNamed(contract, stateOf)) : undefined;
}

export const sendDunningNotice = decide(Contract, SendDunningNotice, ({ contractId, number, level }, state, _, email) => {
  const contract = contractFor('SendDunningNotice', state, contractId);
  const instalment = instalmentOf(contract, contractId, number);
  const { dueOn, levels, level: before, promisedOn } = instalment;
  const open = openOf(instalment);
  if (open.amount === 0 || promisedOn !== undefined || before >= level) return [];
  const step = levels[level - 1];
  if (!step) throw invalid('dunning-level-unknown', `The policy of instalment ${number} has ${levels.length} levels; there is no level ${level}.`);
  const of = { contractId, customerId: contract.customerId, number };
  const sent = event(DunningNoticeSent, { ...of, level, tone: step.tone, open, dueOn, ...(step.fee && { fee: step.fee }), ...(email !== undefined && { email }) });
  return before === 0 ? sent : [event(DunningEscalated, { ...of, fromLevel: before, toLevel: level }), sent];
}, addressOf);
