import { view, type RecordedEvent } from '#event-sourcing';
import { SensitiveRecordViewed } from '../domain/sighting.js';

export interface SightingRow {
  /** Absent where a question over all records was answered. */
  customerId?: string;
  question?: string;
  viewer: string;
  view: string;
  /** In UTC. */
  day: string;
  firstAt: string;
  lastAt: string;
  times: number;
}

const keysOf = ({ id, data: { records, viewer, view, firstAt, question } }: RecordedEvent<SensitiveRecordViewed>): string[] =>
  question === undefined ? records.map((record) => JSON.stringify([record, viewer, view, firstAt.slice(0, 10)])) : [id];

export const sightings = view<SightingRow>('sightings', {
  version: 1, summary: 'Who was shown personal fields of which record, on which day, in which view.', allow: [], personal: [], record: null, indexes: [{ customerId: 1, lastAt: -1 }, { viewer: 1, lastAt: -1 }],
})
  .on(SensitiveRecordViewed, keysOf, (row, { data: { viewer, view, question, firstAt, lastAt, times } }, key) => ({
    ...(question === undefined ? { customerId: (JSON.parse(key) as string[])[0]! } : { question }),
    viewer, view, day: firstAt.slice(0, 10), firstAt: row && row.firstAt < firstAt ? row.firstAt : firstAt, lastAt: row && row.lastAt > lastAt ? row.lastAt : lastAt, times: (row?.times ?? 0) + times,
  }));
