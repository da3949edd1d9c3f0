import { view } from '#event-sourcing';
import { MartDefined, MartWithdrawn, type MartQuestion } from '../domain/mart.js';

export interface MartRow {
  department: string;
  questions: MartQuestion[];
  definedAt: string;
  definedBy: string;
  eventId: string;
}

export const marts = view<MartRow>('marts', {
  version: 1,
  summary: 'What each department looks at: its questions to cubes. GET /cube/marts/{mart} answers them.',
  allow: ['developer', 'analyst', 'manager'],
  personal: [],
  record: null,
  indexes: [{ department: 1 }],
})
  .key(({ data }) => data.martId)
  .on(MartDefined, (_, { data: { department, questions }, occurredAt, metadata, id }) => ({ department, questions, definedAt: occurredAt, definedBy: metadata.actor, eventId: id }))
  .on(MartWithdrawn, () => undefined);
