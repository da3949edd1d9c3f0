import { IsIn, IsOptional, isURL, ValidateBy, type ValidationArguments } from 'class-validator';
import { Command, decide, event, notFound, wrongState } from '#event-sourcing';
import { isEmailAddress, factsOf, IsId, isPhone, IsText } from '#event-sourcing/validation';
import { changeable, Customer, type ContactMethod } from '../domain/customer.js';
import { CONTACT_METHODS, ContactMethodAdded, ContactMethodRetired, type ContactMethodType } from '../domain/reach.js';
import { CustomerCommand } from './customer-command.js';

const FORMS = new Map<ContactMethodType, { fits: (value: string) => boolean; like: string }>([
  ['phone', { fits: isPhone, like: '+86 10 6552 9988' }],
  ['mobile', { fits: isPhone, like: '+86 139 1234 5678' }],
  ['fax', { fits: isPhone, like: '+86 10 6552 9989' }],
  ['e-mail', { fits: isEmailAddress, like: 'li.ming@example.com' }],
  ['web', { fits: isURL, like: 'https://example.com/li-ming' }],
]);

/** Telephone numbers, e-mail addresses and links look like one; other types take any text. */
function FitsItsType(): PropertyDecorator {
  const formOf = (args?: ValidationArguments) => FORMS.get((args!.object as AddContactMethod).type);
  return ValidateBy({
    name: 'fitsItsType',
    validator: {
      validate: (value, args) => typeof value === 'string' && (formOf(args)?.fits(value) ?? true),
      defaultMessage: (args) => `$property must have the form of its type, such as "${formOf(args)?.like ?? 'text'}"`,
    },
  });
}

@Command({ summary: 'Adds a way to reach a customer.', allow: ['manager', 'sales', 'service'] })
export class AddContactMethod extends CustomerCommand {
  @IsId() contactMethodId!: string;
  @IsIn(CONTACT_METHODS) type!: ContactMethodType;
  @IsText(500) @FitsItsType() value!: string;
  /** `office`, `private` … */
  @IsOptional() @IsText(50) label?: string;
}

export const addContactMethod = decide(Customer, AddContactMethod, (command, state) => {
  const { contactMethods } = changeable(state, command.customerId);
  const namesake = contactMethods.find(({ contactMethodId }) => contactMethodId === command.contactMethodId);
  if (namesake && isSame(namesake, command) && !namesake.retired) return [];
  if (namesake) throw wrongState('contact-method-exists', `There was a contact method ${command.contactMethodId} before; take another id.`);
  const double = contactMethods.find((method) => !method.retired && isSame(method, command));
  if (double) throw wrongState('contact-method-known', `This ${command.type} is known already as ${double.contactMethodId}.`);
  return event(ContactMethodAdded, factsOf(command));
});

@Command({ summary: 'Says that a customer can no longer be reached this way.', allow: ['manager', 'sales', 'service'] })
export class RetireContactMethod extends CustomerCommand {
  @IsId() contactMethodId!: string;
  @IsOptional() @IsText(500) reason?: string;
}

export const retireContactMethod = decide(Customer, RetireContactMethod, (command, state) => {
  const { contactMethods } = changeable(state, command.customerId);
  const method = contactMethods.find(({ contactMethodId }) => contactMethodId === command.contactMethodId);
  if (!method) throw notFound('contact-method-not-found', `Customer ${command.customerId} has no contact method ${command.contactMethodId}.`);
  return method.retired ? [] : event(ContactMethodRetired, { type: method.type, ...factsOf(command) });
});

const isSame = (method: ContactMethod, command: AddContactMethod) => method.type === command.type && method.value === command.value;
