import { createHash } from 'node:crypto';
import { openAudit, verifyLog } from '#audit';
import { openStores } from '#composition';
import { TileStore } from '../../libs/audit/log/tile-store.js';
import { TreeGrowth } from '../../libs/audit/log/tree-growth.js';
import { TreeReader } from '../../libs/audit/log/tree-reader.js';
import { provesInclusion } from '../../libs/audit/tree/proofs.js';
import { appendAll, customerLog } from './customer-log.js';
import { atLeast, benchmark, effort, latenciesOf, milliseconds, seconds, spreadOf } from './harness.js';

const WRITTEN_AT_ONCE = 16_384;
const PROOFS_BEFORE = 50;

export const audit = benchmark({
  name: 'audit',
  summary: 'The whole log verified against its tree and heads, and proofs of single events in a large tree.',
  options: { events: 200_000, customers: 10_000, leaves: 1_000_000, proofs: 1_000, rounds: 5 },

  async run({ options, folder, say }) {
    const stores = await openStores({ data: folder(), eventStore: 'embedded', documentStore: 'embedded' });
    say(`appending ${options.events} events`);
    await appendAll(stores.events, customerLog({ ...options, seed: 1 }), options.events);
    const log = openAudit({}, stores);
    const following = await seconds(() => log.makeHead());
    const perSecond: number[] = [];
    const perProcessorSecond: number[] = [];
    for (let round = 0; round < options.rounds; round++) {
      const used = await effort(async () => {
        const { ok, events } = await verifyLog(log, stores.documents, { restart: true });
        if (!ok || events !== options.events) throw new Error('The log was not verified.');
      });
      perSecond.push(options.events / used.seconds);
      perProcessorSecond.push(options.events / used.processorSeconds);
      say(`round ${round + 1} of ${options.rounds}: ${Math.round(perSecond.at(-1)!)} events/s`);
    }
    await log.close();
    await stores.close();
    const verifiedPerSecond = spreadOf(perSecond);
    return {
      metrics: {
        verifiedPerSecond,
        verifiedPerProcessorSecond: spreadOf(perProcessorSecond),
        followedPerSecond: options.events / following,
        proofMs: latenciesOf(await proving(folder(), options, say)),
        proof: `inclusion proof of a random leaf, and its check, in a tree of ${options.leaves} leaves; no tile is cached between two`,
      },
      targets: [atLeast('verifiedPerSecond.median', 50_000, verifiedPerSecond.median)],
    };
  },
});

const leafAt = (index: number) => createHash('sha256').update(String(index)).digest();

async function proving(folder: string, { leaves, proofs }: { leaves: number; proofs: number }, say: (line: string) => void): Promise<number[]> {
  const stores = await openStores({ data: folder, eventStore: 'memory', documentStore: 'embedded' });
  const tiles = new TileStore(stores.documents);
  await tiles.prepare();
  say(`making a tree of ${leaves} leaves`);
  const growth = await TreeGrowth.of(tiles, await tiles.state());
  for (let index = 0; index < leaves; index++) {
    growth.add(leafAt(index), index + 1, '00000000-0000-4000-8000-000000000000');
    if (index % WRITTEN_AT_ONCE === 0) await growth.write();
  }
  await growth.write();
  const root = await new TreeReader(tiles).root(leaves);
  const took: number[] = [];
  for (let proof = 0; proof < PROOFS_BEFORE + proofs; proof++) {
    const index = Math.floor((proof * 0.618034 * leaves) % leaves);
    const ms = await milliseconds(async () => {
      const path = await new TreeReader(tiles).inclusion(index, leaves);
      if (!provesInclusion(leafAt(index), index, leaves, path, root)) throw new Error(`Leaf ${index} is not proven.`);
    });
    if (proof >= PROOFS_BEFORE) took.push(ms);
  }
  await stores.close();
  return took;
}
