import { type Company } from './company.js';
import { dealSteps } from './deal.js';
import { someone } from './people.js';
import { CHINESE, ENGLISH } from './phrases.js';
import { type SimulatedCustomer } from './simulated-customer.js';
import { inOrder, later, type Step } from './step.js';

/** What happens with one customer in the year, in its order. The same seed and number give the same. */
export function customerSteps(company: Company, seed: number, number: number, yearBegins: Date, yearEnds: Date): Step[] {
  const customer: SimulatedCustomer = {
    ...someone(seed + number), company, customerId: `${company.prefix}c${number}`, representativeId: company.representativeIds[number % company.representativeIds.length]!,
  };
  const since = later(yearBegins, customer.random.number.float({ min: 0, max: 240 }));
  const steps = [...beginning(customer, since), ...contacts(customer, since, yearEnds), ...deals(customer, since, yearEnds)];
  return inOrder(steps).filter(({ at }) => at < yearEnds);
}

function beginning({ customerId, representativeId, isPerson, name, contact, email, phone, country, city, industry, random }: SimulatedCustomer, since: Date): Step[] {
  const leadId = `${customerId}-lead`;
  const lead: Step[] = random.number.int(1) === 0 ? [] : [
    { command: 'CaptureLead', fields: { leadId, source: random.helpers.arrayElement(['web', 'fair', 'referral', 'existing-user']), name: contact, email, phone, country, industry }, at: since },
    { command: 'AssignLead', fields: { leadId, representativeId }, at: later(since, 0.1) },
    { command: 'QualifyLead', fields: { leadId, score: random.number.int({ min: 40, max: 95 }) }, at: later(since, 2) },
    { command: 'ConvertLead', fields: { leadId, customerId }, at: later(since, 3.5) },
  ];
  const registered = later(since, 3);
  const card: Step[] = isPerson ? [] : [
    { command: 'RecordOrganisationProfile', fields: { customerId, facts: { industry, employees: random.number.int({ min: 3, max: 900 }) } }, at: registered },
    { command: 'AddContactPerson', fields: { contactId: `${customerId}-contact`, customerId, name: contact, email, phone }, at: registered },
  ];
  return [
    ...lead,
    { command: 'RegisterCustomer', fields: { customerId, kind: isPerson ? 'person' : 'organisation', name }, at: registered },
    { command: 'LocateCustomer', fields: { customerId, country, city }, at: registered },
    { command: 'AddContactMethod', fields: { customerId, contactMethodId: 'mail', type: 'e-mail', value: email }, at: registered },
    ...card,
  ];
}

function contacts({ customerId, isChinese, random }: SimulatedCustomer, since: Date, until: Date): Step[] {
  const { calls, visits, complaints } = isChinese ? CHINESE : ENGLISH;
  const steps: Step[] = [];
  for (let at = later(since, 4), count = 1; at < until; at = later(at, random.number.float({ min: 12, max: 70 })), count++) {
    const kind = random.number.int(9);
    const said = kind === 0
      ? { channel: 'e-mail', direction: 'inbound', summary: random.helpers.arrayElement(complaints), sentiment: random.number.int({ min: -2, max: -1 }) }
      : kind < 4
        ? { channel: 'visit', direction: 'outbound', summary: random.helpers.arrayElement(visits), sentiment: random.number.int({ min: 0, max: 2 }) }
        : { channel: 'phone', direction: random.helpers.arrayElement(['inbound', 'outbound']), summary: random.helpers.arrayElement(calls), durationSeconds: random.number.int({ min: 60, max: 1_500 }) };
    steps.push({ command: 'RecordInteraction', fields: { interactionId: `${customerId}-i${count}`, customerId, ...said }, at });
  }
  return steps;
}

function deals(customer: SimulatedCustomer, since: Date, until: Date): Step[] {
  const { random } = customer;
  const steps: Step[] = [];
  for (let at = later(since, 6), number = 1; at < until && number <= 6; at = later(at, random.number.float({ min: 40, max: 120 })), number++) {
    steps.push(...dealSteps(customer, number, at, until));
  }
  return steps;
}
