import { view } from '#event-sourcing';
import { OfferingDefined, OfferingRetired } from '#sales';
import type { Source, Table } from '../model/table.js';

interface Described {
  name: string;
  kind: string;
  series?: string;
  retired: boolean;
}

export const dimOffering: Table = {
  name: 'dim_offering',
  keyColumn: 'offering_id',
  summary: 'A product or service that the firm sells. Its category is its series, or else its kind.',
  columns: { offering_id: 'text', name: 'text', kind: 'text', category: 'text', retired: 'boolean' },
};

const described = view<Described>('warehouse_offerings', { version: 1, internal: true })
  .key(({ data }) => data.offeringId)
  .on(OfferingDefined, (_, { data: { name, kind, series } }) => ({ name, kind, ...(series !== undefined && { series }), retired: false }))
  .on(OfferingRetired, (row) => row && { ...row, retired: true });

export const offeringSource: Source = {
  tables: [dimOffering],
  fold: described,
  turns: 'all',
  rows: (state, offeringId) => {
    const { name, kind, series, retired } = state as Described;
    return [{ table: dimOffering.name, id: offeringId, values: { offering_id: offeringId, name, kind, category: series ?? kind, retired } }];
  },
};
