import { ConfirmCustomerData, MarkCustomerDataStale, ResolveFieldConflict } from '../../../libs/customers/commands/data-quality.js';
import { DismissDuplicate, SuspectDuplicate } from '../../../libs/customers/commands/duplicates.js';
import { step, type Step } from './step.js';

/** What was found out about what is known. */
export const dataQualitySteps: readonly Step[] = [
  step(50, SuspectDuplicate, { duplicateId: 'mingde-branches', customerId: 'mingde-kunming', otherCustomerId: 'mingde-xian', grounds: ['same-phone'], likeness: 0.6 }),
  step(49, DismissDuplicate, { duplicateId: 'mingde-branches', reason: 'Two branches with one switchboard' }),
  step(45, SuspectDuplicate, { duplicateId: 'larsen-novak', customerId: 'emil-larsen', otherCustomerId: 'tomas-novak', grounds: ['same-e-mail'], likeness: 0.7 }),
  step(90, ResolveFieldConflict, { customerId: 'li-wei', field: 'occupation', kept: 'Teacher', rejected: ['Lecturer'], rule: 'most-recent' }),
  step(60, MarkCustomerDataStale, { customerId: 'sofia-marino', areas: ['address'], reason: 'A parcel came back' }),
  step(15, ConfirmCustomerData, { customerId: 'chen-yu', areas: ['name', 'address'], channel: 'phone' }),
];
