import { mailAddressOf } from '#customers';
import { Command, decide, event } from '#event-sourcing';
import { factsOf, IsId } from '#event-sourcing/validation';
import { AmountDue, IsAmountDue, SalesCommand } from '../../commands/fields.js';
import { customerNamed } from '../../commands/knowing.js';
import { Letter, ThankYouLetterSent } from '../domain/letter.js';

@Command({ summary: 'Thanks a customer for an order. Sent by itself when the order is fulfilled.', allow: ['manager', 'sales'] })
export class SendThankYouLetter extends SalesCommand {
  @IsId() letterId!: string;
  @IsId() customerId!: string;
  @IsId() orderId!: string;
  @IsAmountDue() amount!: AmountDue;
}

/** Each letter is sent once. */
export const sendThankYouLetter = decide(Letter, SendThankYouLetter, (command, letter, _, customer) => {
  const email = mailAddressOf(customer);
  return letter ? [] : event(ThankYouLetterSent, { ...factsOf(command), ...(email !== undefined && { email }) });
}, customerNamed);
