import { view } from '#event-sourcing';
import { SalesProcessVersionPublished, type Stage } from '../domain/sales-process.js';

export interface ProcessVersionRow {
  salesprocessId: string;
  version: number;
  stages: Stage[];
  publishedAt: string;
  publishedBy: string;
  reason?: string;
}

/** Keyed `eight-steps/1`. */
export const processVersions = view<ProcessVersionRow>('process_versions', {
  version: 1,
  summary: 'Every version of every sales process, with its stages.',
  allow: ['developer', 'analyst', 'manager', 'sales', 'service'],
  personal: [],
  record: null,
  indexes: [{ salesprocessId: 1, version: -1 }],
}).on(SalesProcessVersionPublished, ({ data }) => `${data.salesprocessId}/${data.version}`, (_, { data, occurredAt, metadata }) => ({ ...data, publishedAt: occurredAt, publishedBy: metadata.actor }));
