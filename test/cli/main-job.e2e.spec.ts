import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Workplace, type Imported } from './support.js';

const MASTER = fileURLToPath(new URL('../../../../shared/data/cdnow/CDNOW_master.txt', import.meta.url));

interface PurchaseRow {
  customerId: string;
  net: { amount: number; currency: string };
}

if (!existsSync(MASTER)) {
  it.skip('imports the purchases of CDNOW: ../shared/data/cdnow is not here', () => undefined);
} else {
  describe('The purchases of CDNOW, imported by the command line', () => {
    const place = new Workplace();
    let imported: Imported;

    beforeAll(async () => {
      imported = await place.json<Imported>('import', 'purchases', '--format', 'cdnow', MASTER);
    }, 300_000);

    afterAll(() => place.remove());

    it('are all taken', () => {
      expect(imported).toEqual({
        read: 69_659, added: 69_659, duplicates: 0, rejected: 0, rejectsFile: null, importId: expect.any(String), seconds: expect.any(Number), viewsSeconds: expect.any(Number),
      });
    });

    it('are 69,659 purchases of 23,570 customers worth $2,500,315.63 in the views', async () => {
      const customers = new Set<string>();
      let purchases = 0;
      let cents = 0;
      await place.eachRow<PurchaseRow>('purchases', ['customerId', 'net'], ({ customerId, net }) => {
        purchases++;
        customers.add(customerId);
        expect(net.currency).toBe('USD');
        cents += net.amount;
      });
      expect({ purchases, customers: customers.size, cents }).toEqual({ purchases: 69_659, customers: 23_570, cents: 250_031_563 });
    }, 120_000);

    it('give every customer a stage of life, by a rule and events', async () => {
      let customers = 0;
      await place.eachRow<{ stage: string; rule: string; policyVersion: number; evidence: string[] }>('lifecycle', ['stage', 'rule', 'policyVersion', 'evidence'], ({ stage, rule, policyVersion, evidence }) => {
        customers++;
        if (!stage || !rule || policyVersion < 1 || evidence.length === 0) throw new Error(`A customer has no stage: ${JSON.stringify({ stage, rule, policyVersion, evidence })}`);
      });
      expect(customers).toBe(23_570);
      expect(await place.json('views', 'lifecycle', '--report', 'stage_counts')).toMatchObject({ customers: 23_570 });
    }, 120_000);

    it('give every customer scores of loyalty', async () => {
      let customers = 0;
      let cents = 0;
      await place.eachRow<{ recencyScore: number; frequencyScore: number; monetaryScore: number; monetary: number }>('loyalty', ['recencyScore', 'frequencyScore', 'monetaryScore', 'monetary'], (row) => {
        customers++;
        cents += row.monetary;
        for (const score of [row.recencyScore, row.frequencyScore, row.monetaryScore]) {
          if (!(score >= 1 && score <= 5)) throw new Error(`A customer has no scores: ${JSON.stringify(row)}`);
        }
      });
      expect({ customers, cents }).toEqual({ customers: 23_570, cents: 250_031_563 });
    }, 120_000);

    it('are in views that are what their events make them', async () => {
      const verified = await place.json<{ view: string; documents: number; different: string[]; missing: string[]; surplus: string[] }[]>('replay', '--verify', '--views', 'purchases,lifecycle,loyalty,customer_360');
      expect(verified.map(({ view, documents }) => [view, documents])).toEqual([['purchases', 69_659], ['lifecycle', 23_570], ['loyalty', 23_570], ['customer_360', 23_570]]);
      expect(verified.flatMap(({ different, missing, surplus }) => [...different, ...missing, ...surplus])).toEqual([]);
    }, 120_000);

    it('add nothing when they are imported again', async () => {
      expect(await place.json('import', 'purchases', '--format', 'cdnow', MASTER)).toMatchObject({ read: 69_659, added: 0, duplicates: 69_659, rejected: 0 });
      const { head } = await place.json<{ head: number }>('status');
      const last = await place.json<unknown[]>('stream', '--all', '--after', String(head - 1), '--limit', '10');
      expect(last).toHaveLength(1);
    }, 120_000);

    describe('asked for over HTTP', () => {
      let url: string;
      const get = async <T>(path: string): Promise<T> => (await (await place.fetch(url + path)).json()) as T;
      const aggregate = async (view: string, pipeline: object[]): Promise<{ items: unknown[] }> => {
        const answer = await place.fetch(`${url}/views/${view}/aggregate`, {
          method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(pipeline),
        });
        return (await answer.json()) as { items: unknown[] };
      };

      beforeAll(async () => {
        url = await place.serve();
      }, 60_000);

      it('are worth $2,500,315.63', async () => {
        const { items } = await aggregate('purchases', [{ $group: { _id: '$net.currency', purchases: { $sum: 1 }, cents: { $sum: '$net.amount' } } }]);
        expect(items).toEqual([{ _id: 'USD', purchases: 69_659, cents: 250_031_563 }]);
      }, 60_000);

      it('give 23,570 customers a stage and scores', async () => {
        const staged = await get<{ total: number }>('/views/lifecycle?limit=1&total=true');
        const report = await get<{ item: { customers: number } }>('/views/lifecycle/reports/stage_counts');
        const scored = await get<{ total: number; items: object[] }>('/views/loyalty?limit=1&total=true&sort=-monetary');
        expect([staged.total, scored.total]).toEqual([23_570, 23_570]);
        expect(JSON.stringify(report)).toContain('23570');
        expect(scored.items).toMatchObject([{ recencyScore: expect.any(Number), frequencyScore: 5, monetaryScore: 5 }]);
      }, 60_000);
    });
  });
}
