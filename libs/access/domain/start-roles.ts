import { AREAS, EVERY, type RoleDefinition } from './role.js';

const everything = { commands: [EVERY], views: [EVERY] } as const;

/** Roles to start from, by name. They are defined by events at the first start, and can be defined otherwise. */
export const START_ROLES: Readonly<Record<string, RoleDefinition>> = {
  administrator: { summary: 'Everything, also who may do what.', basedOn: [], ...everything, areas: AREAS, personal: true, records: 'all' },
  developer: { summary: 'Runs the engine; sees every view without personal fields.', basedOn: ['developer'], commands: [], views: [], areas: ['status', 'operations'], personal: false, records: 'all' },
  auditor: { summary: 'Reads everything, changes nothing.', basedOn: [], commands: [], views: [EVERY], areas: ['history', 'log', 'audit', 'status', 'access'], personal: true, records: 'all' },
  analyst: { summary: 'Asks views without personal fields.', basedOn: ['analyst'], commands: [], views: [], areas: [], personal: false, records: 'all' },
  manager: { summary: 'Leads sales and service: all customers, and who looks after them.', basedOn: ['manager'], commands: [], views: [], areas: ['history'], personal: true, records: 'all' },
  sales: { summary: 'Looks after the customers that are their own.', basedOn: ['sales'], commands: [], views: [], areas: ['history'], personal: true, records: 'own' },
  service: { summary: 'Helps whichever customer calls.', basedOn: ['service'], commands: [], views: [], areas: ['history'], personal: true, records: 'all' },
  partner: { summary: 'Works on the customers that were shared with them.', basedOn: ['partner'], commands: [], views: [], areas: [], personal: true, records: 'shared' },
};
