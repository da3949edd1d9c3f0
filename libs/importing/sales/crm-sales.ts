import { type FileFormat } from '../formats/file-format.js';
import { mappingOf, type FieldMapping } from '../mapping/mapping.js';
import { idOf, minorUnitsOf, NumberStyle } from '../mapping/values.js';
import { type Settlement } from './settlement.js';
import { DATE_FORMAT, type Survey } from './survey.js';
import { countries as countriesByName } from './vocabulary.js';

const CURRENCY = 'USD';
const PROCESS = 'crm-sales';
const PRICE_LIST = 'crm-sales';
/** Revenue is written in millions. */
const MILLION = 1_000_000;

type Fields = Record<string, Partial<FieldMapping>>;
type Sent = { command: string; once?: boolean; when?: string; is?: string[]; fields: Fields };

const column = (name: string): Partial<FieldMapping> => ({ column: name });
const id = (name: string): Partial<FieldMapping> => ({ column: name, as: 'id' });
const constant = (value: unknown): Partial<FieldMapping> => ({ value });
const day = (name: string): Partial<FieldMapping> => ({ column: name, as: 'moment', format: DATE_FORMAT });

const format = (mainCommand: string, commands: Sent[]): FileFormat => ({ mapping: mappingOf({ commands }, mainCommand) });

/** What each row of the four files becomes, in the order of the files. */
export function crmSalesFormats(survey: Survey, settlement: Required<Settlement>): FileFormat[] {
  return [teamsFormat(survey), productsFormat(survey), accountsFormat(survey, settlement), pipelineFormat(survey, settlement)];
}

function teamsFormat({ firstDay }: Survey): FileFormat {
  const occurredAt = constant(firstDay);
  return format('RegisterRepresentative', [
    { command: 'DefineSalesProcess', once: true, fields: { salesprocessId: constant(PROCESS), name: constant('Prospecting, engaging'), occurredAt, stages: constant([{ stage: 'prospecting', name: 'Prospecting' }, { stage: 'engaging', name: 'Engaging' }]) } },
    { command: 'RegisterRepresentative', once: true, fields: { representativeId: id('manager'), name: column('manager'), region: column('regional_office'), occurredAt } },
    { command: 'RegisterRepresentative', fields: { representativeId: id('sales_agent'), name: column('sales_agent'), region: column('regional_office'), managerId: id('manager'), occurredAt } },
  ]);
}

function productsFormat({ firstDay }: Survey): FileFormat {
  const occurredAt = constant(firstDay);
  return format('DefineOffering', [
    { command: 'DefineOffering', fields: { offeringId: id('product'), name: column('product'), kind: constant('product'), series: column('series'), occurredAt } },
    { command: 'PublishPriceList', once: true, fields: { pricelistId: constant(PRICE_LIST), name: constant('Prices of crm-sales'), currency: constant(CURRENCY), occurredAt } },
    { command: 'ChangePrice', fields: { pricelistId: constant(PRICE_LIST), offeringId: id('product'), price: { column: 'sales_price', as: 'money', currency: CURRENCY }, occurredAt } },
  ]);
}

function accountsFormat({ accounts, firstDay }: Survey, settlement: Required<Settlement>): FileFormat {
  const occurredAt = constant(firstDay);
  const customerId = id('account');
  const known = countriesByName();
  const countries = Object.fromEntries(known);
  for (const [wrong, right] of Object.entries(settlement.countries)) if (known.has(right)) countries[wrong] = known.get(right)!;
  const sectors = settlement.sectors;
  return format('RegisterCustomer', [
    { command: 'RegisterCustomer', fields: { customerId, kind: constant('organisation'), name: column('account'), occurredAt } },
    {
      command: 'RecordOrganisationProfile',
      fields: {
        customerId, occurredAt,
        'facts.industry': { column: 'sector', rename: sectors },
        'facts.foundedOn': { column: 'year_established', as: 'date', format: 'yyyy' },
        'facts.revenue': { column: 'revenue', as: 'money', currency: CURRENCY, times: MILLION },
        'facts.employees': { column: 'employees', as: 'integer' },
      },
    },
    { command: 'LocateCustomer', when: 'office_location', fields: { customerId, country: { column: 'office_location', translate: countries }, occurredAt } },
    { command: 'AssignParentCustomer', when: 'subsidiary_of', fields: { customerId, parentId: { column: 'subsidiary_of', translate: idsOf(accounts, settlement.accounts) }, occurredAt } },
  ]);
}

function pipelineFormat({ products, accounts, agents, lastDay }: Survey, settlement: Required<Settlement>): FileFormat {
  const opportunityId = column('opportunity_id');
  const opened: Fields = {
    opportunityId,
    customerId: { column: 'account', translate: idsOf(accounts, settlement.accounts) },
    representativeId: { column: 'sales_agent', translate: idsOf(agents, settlement.agents) },
    offeringId: { column: 'product', translate: idsOf(products.map(({ name }) => name), settlement.products) },
    value: { column: 'product', translate: pricesOf(products, settlement.products) },
    salesprocessId: constant(PROCESS),
    source: constant('import'),
  };
  return format('OpenOpportunity', [
    { command: 'OpenOpportunity', when: 'deal_stage', is: ['Engaging', 'Won', 'Lost'], fields: { ...opened, stage: constant('engaging'), occurredAt: day('engage_date') } },
    { command: 'OpenOpportunity', when: 'deal_stage', is: ['Prospecting'], fields: { ...opened, stage: constant('prospecting'), occurredAt: constant(lastDay) } },
    { command: 'WinOpportunity', when: 'deal_stage', is: ['Won'], fields: { opportunityId, value: { column: 'close_value', as: 'money', currency: CURRENCY }, occurredAt: day('close_date') } },
    { command: 'LoseOpportunity', when: 'deal_stage', is: ['Lost'], fields: { opportunityId, reason: constant('unknown'), occurredAt: day('close_date') } },
  ]);
}

/** From names, right and wrong, to ids. */
function idsOf(names: readonly string[], settled: Readonly<Record<string, string>>): Record<string, string> {
  return named(Object.fromEntries(names.map((name) => [name, idOf(name)])), settled);
}

function pricesOf(products: Survey['products'], settled: Readonly<Record<string, string>>): Record<string, unknown> {
  const style = new NumberStyle();
  return named(Object.fromEntries(products.map(({ name, price }) => [name, { amount: minorUnitsOf(price, CURRENCY, style), currency: CURRENCY }])), settled);
}

function named<Value>(right: Record<string, Value>, settled: Readonly<Record<string, string>>): Record<string, Value> {
  const wrong = Object.entries(settled).flatMap(([from, to]) => (Object.hasOwn(right, to) ? [[from, right[to]!] as const] : []));
  return { ...right, ...Object.fromEntries(wrong) };
}
