import { view } from '#event-sourcing';
import { CustomerRegistered, CustomerRenamed, type CustomerKind } from '../domain/customer.js';
import { CustomerDataConfirmed, CustomerDataMarkedStale, DATA_AREAS, FieldConflictResolved, type DataArea } from '../domain/data-quality.js';
import { DemographicsRecorded, OrganisationProfileRecorded } from '../domain/profile.js';
import { ConsentGranted, ConsentWithdrawn, ContactMethodAdded, ContactMethodRetired, CustomerAddressChanged } from '../domain/reach.js';

export interface DataQualityRow {
  kind: CustomerKind;
  /** Areas of which something is known, in the order of all. */
  known: DataArea[];
  /** Those that a customer of this kind should have, and of which nothing is known. */
  missing: DataArea[];
  /** Share of the areas that a customer of this kind should have. */
  completeness: number;
  /** Areas that are not to be relied on, and since when. */
  stale: Partial<Record<DataArea, string>>;
  /** When each was last confirmed. */
  confirmed: Partial<Record<DataArea, string>>;
  /** Contact methods in use. */
  contactMethods: number;
  /** Fields of which sources said different things, and which was decided. */
  conflictsResolved: number;
}

const WANTED: Readonly<Record<CustomerKind, readonly DataArea[]>> = {
  person: ['name', 'contact-methods', 'address', 'demographics', 'consents'],
  organisation: ['name', 'contact-methods', 'address', 'organisation'],
};

const begun = (kind: CustomerKind): DataQualityRow =>
  assessed({ kind, known: ['name'], missing: [], completeness: 0, stale: {}, confirmed: {}, contactMethods: 0, conflictsResolved: 0 });

function assessed(row: DataQualityRow): DataQualityRow {
  const wanted = WANTED[row.kind];
  const missing = wanted.filter((area) => !row.known.includes(area));
  return { ...row, missing, completeness: (wanted.length - missing.length) / wanted.length };
}

/** Something was learned: the area is known, and what was doubtful has given way. */
const learned = (area: DataArea) => (row: DataQualityRow | undefined): DataQualityRow | undefined => row && fresh({ ...row, known: inOrder([...row.known, area]) }, [area]);

function fresh(row: DataQualityRow, areas: readonly DataArea[]): DataQualityRow {
  const stale = Object.fromEntries(Object.entries(row.stale).filter(([area]) => !areas.includes(area as DataArea)));
  return assessed({ ...row, stale });
}

const inOrder = (areas: readonly DataArea[]): DataArea[] => DATA_AREAS.filter((area) => areas.includes(area));

const since = (areas: readonly DataArea[], time: string) => Object.fromEntries(areas.map((area) => [area, time]));

export const dataQuality = view<DataQualityRow>('data_quality', {
  version: 1,
  summary: 'How complete and how fresh is what is known of each customer.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: '_id',
  indexes: [{ completeness: 1 }],
})
  .key((event) => event.data.customerId)
  .on(CustomerRegistered, (_, { data: { kind } }) => begun(kind))
  .on(CustomerRenamed, learned('name'))
  .on(ContactMethodAdded, (row) => row && learned('contact-methods')({ ...row, contactMethods: row.contactMethods + 1 }))
  .on(ContactMethodRetired, (row) => {
    if (!row) return row;
    const contactMethods = row.contactMethods - 1;
    return assessed({ ...row, contactMethods, known: row.known.filter((area) => area !== 'contact-methods' || contactMethods > 0) });
  })
  .on(CustomerAddressChanged, learned('address'))
  .on(DemographicsRecorded, learned('demographics'))
  .on(OrganisationProfileRecorded, learned('organisation'))
  .on(ConsentGranted, learned('consents'))
  .on(ConsentWithdrawn, learned('consents'))
  .on(CustomerDataMarkedStale, (row, { data: { areas }, occurredAt }) => row && { ...row, stale: { ...row.stale, ...since(areas, occurredAt) } })
  .on(CustomerDataConfirmed, (row, { data: { areas }, occurredAt }) => row && { ...fresh(row, areas), confirmed: { ...row.confirmed, ...since(areas, occurredAt) } })
  .on(FieldConflictResolved, (row) => row && { ...row, conflictsResolved: row.conflictsResolved + 1 })
  .report('summary', {
    summary: 'How many customers lack each area, how many are doubtful in it, and the mean completeness.',
    run: async (rows) => {
      const [missing, stale] = [since(DATA_AREAS, '0'), since(DATA_AREAS, '0')].map((areas) => Object.fromEntries(Object.keys(areas).map((area) => [area, 0])));
      let [customers, sum] = [0, 0];
      for await (const row of rows) {
        customers += 1;
        sum += row.completeness;
        for (const area of row.missing) missing![area]! += 1;
        for (const area of Object.keys(row.stale)) stale![area]! += 1;
      }
      return { customers, completeness: customers > 0 ? sum / customers : null, missing, stale };
    },
  });
