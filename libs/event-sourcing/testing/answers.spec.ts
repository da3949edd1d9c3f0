import { describe, expect, it } from '@jest/globals';
import { DomainEvent, event } from '../modelling/domain-event.js';
import { view } from '../modelling/view.js';
import { given } from './given.js';

@DomainEvent()
class Opened {
  caseId!: string;
}

@DomainEvent()
class LimitSet {
  hours!: number;
}

const limits = view<{ hours: number }>('limits', { version: 1 }).on(LimitSet, () => 'limit', (_, { data }) => ({ hours: data.hours }));
const cases = view<{ since: string }>('cases', { version: 1 })
  .on(Opened, ({ data }) => data.caseId, (_, { occurredAt }) => ({ since: occurredAt }))
  .computed({
    fields: ['late'],
    parameters: async (read) => (await read.get(limits, 'limit'))?.hours ?? 24,
    compute: (row, now, hours) => ({ ...row, late: Date.parse(now) - Date.parse(row.since) > hours * 3_600_000 }),
  })
  .report('late', { summary: 'How many are late.', run: count });

async function count(rows: AsyncIterable<{ late: boolean }>): Promise<number> {
  let late = 0;
  for await (const row of rows) if (row.late) late += 1;
  return late;
}

describe('the kit', () => {
  const opened = given(cases, [event(Opened, { caseId: 'a' })]);
  const limit = { limits: given(limits, [event(LimitSet, { hours: 2 })]).rows() };

  it('shows what a view computes at a moment, from other views too', async () => {
    expect([...(await opened.answers('2026-01-05T15:00:00.000Z'))]).toEqual([['a', { since: '2026-01-05T12:00:00.000Z', late: false }]]);
    expect((await opened.answers('2026-01-05T15:00:00.000Z', limit)).get('a')).toMatchObject({ late: true });
    expect([...(await given(limits, [event(LimitSet, { hours: 2 })]).answers('2026-01-05T15:00:00.000Z'))]).toEqual([['limit', { hours: 2 }]]);
  });

  it('runs reports', async () => {
    expect([await opened.report('late', '2026-01-05T15:00:00.000Z'), await opened.report('late', '2026-01-05T15:00:00.000Z', limit)]).toEqual([0, 1]);
    await expect(opened.report('early', '2026-01-05T15:00:00.000Z')).rejects.toThrow('cases has no report "early". Reports: late.');
  });
});
