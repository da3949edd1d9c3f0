import { type Company } from './company.js';
import { type Someone } from './people.js';

/** A customer of the simulation, with whoever looks after it. */
export interface SimulatedCustomer extends Someone {
  company: Company;
  customerId: string;
  representativeId: string;
}
