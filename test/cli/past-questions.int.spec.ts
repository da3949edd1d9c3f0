import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { loadConfiguration } from '#composition';
import { LocalAccess } from '../../apps/cli/access/local-access.js';

it('A question about the past waits for no view, and a series says how far history has been entered', async () => {
  const data = await mkdtemp(join(tmpdir(), 'guanxi-past-'));
  const access = await LocalAccess.open(loadConfiguration({ GUANXI_DATA: data }), false);
  try {
    await access.send('RecordPurchase', { purchaseId: 'p1', customerId: 'c1', amount: { amount: 500, currency: 'EUR' }, occurredAt: '2026-01-05T10:00:00.000Z' });
    expect((await access.analyse('persistency', { asOf: '2026-01-31', currency: 'EUR' })).summary).toMatchObject({ buyers: 1 });
    expect(await access.explain('persistency', 'c1', { asOf: '2026-01-31', currency: 'EUR' })).toMatchObject({ key: 'c1' });
    const told: string[] = [];
    const { days, answers } = await access.series('persistency', { last: '2026-01-07', currency: 'EUR' }, true, (_done, _total, text) => told.push(text));
    const found: unknown[] = [];
    for await (const { answer } of answers) found.push(answer.summary['buyers']);
    expect([days, found, told]).toEqual([3, [1, 1, 1], expect.arrayContaining(['loyalty'])]);
    // Nobody has fed a view meanwhile.
    expect((await access.status()).views.every(({ position }) => position === 0)).toBe(true);
  } finally {
    await access.close();
    await rm(data, { recursive: true });
  }
}, 30_000);
