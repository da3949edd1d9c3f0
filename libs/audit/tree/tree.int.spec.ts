import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { MemoryDocumentStore } from '#stores/memory';
import { TileStore } from '../log/tile-store.js';
import { TreeGrowth } from '../log/tree-growth.js';
import { TreeReader } from '../log/tree-reader.js';
import { Frontier } from './frontier.js';
import { EMPTY_ROOT, leafHash, nodeHash } from './hashes.js';
import { provesConsistency, provesInclusion } from './proofs.js';

/** The tree of the tests of Certificate Transparency: eight leaves, and the roots of its beginnings. */
const KNOWN_LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const KNOWN_ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** The definition of RFC 9162, 2.1.1, word by word. */
function rootByDefinition(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0]!;
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  return nodeHash(rootByDefinition(leaves.slice(0, half)), rootByDefinition(leaves.slice(half)));
}

const numbered = (count: number) => Array.from({ length: count }, (_, number) => leafHash(`leaf ${number}`));
const idOf = (number: number) => `${number.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;

/** A tree of numbered leaves in a store, grown in steps. */
async function grown(leaves: readonly Buffer[], ...steps: number[]): Promise<{ store: TileStore; reader: TreeReader }> {
  const store = new TileStore(new MemoryDocumentStore());
  await store.prepare();
  let from = 0;
  for (const to of [...steps, leaves.length]) {
    const growth = await TreeGrowth.of(store, await store.state());
    for (; from < to; from++) growth.add(leaves[from]!, 10 * from + 1, idOf(from));
    if (growth.state.size > 0) await growth.write();
  }
  return { store, reader: new TreeReader(store) };
}

describe('the tree', () => {
  it('has the roots that the tests of Certificate Transparency know', () => {
    const leaves = KNOWN_LEAVES.map((hex) => leafHash(Buffer.from(hex, 'hex')));
    const frontier = new Frontier();
    const roots = [frontier.root(), ...leaves.map((leaf) => (frontier.append(leaf), frontier.root()))];
    expect(roots.map((root) => root.toString('hex'))).toEqual(KNOWN_ROOTS);
    expect(rootByDefinition(leaves).toString('hex')).toBe(KNOWN_ROOTS[8]);
  });

  it('has the same root by its definition, by its frontier and by its tiles, at every size', async () => {
    const leaves = numbered(300);
    const { reader } = await grown(leaves);
    const frontier = new Frontier();
    for (let size = 0; size <= leaves.length; size++) {
      if (size > 0) frontier.append(leaves[size - 1]!);
      expect(frontier.root()).toEqual(rootByDefinition(leaves.slice(0, size)));
      expect(await reader.root(size)).toEqual(frontier.root());
    }
  });

  it('goes on from what is written, wherever it stopped, over three levels of tiles', async () => {
    const leaves = numbered(66_000);
    const { store, reader } = await grown(leaves, 1, 255, 256, 257, 513, 65_535, 65_536, 65_792);
    const frontier = new Frontier();
    for (const leaf of leaves) frontier.append(leaf);
    expect(await reader.root(leaves.length)).toEqual(frontier.root());
    expect(await store.state()).toEqual({ size: 66_000, position: 659_991 });
    expect(Frontier.fromJSON(JSON.parse(JSON.stringify(frontier)) as ReturnType<Frontier['toJSON']>).root()).toEqual(frontier.root());
    for (const leaf of [0, 255, 256, 65_535, 65_536, 65_999]) {
      const proof = await reader.inclusion(leaf, leaves.length);
      expect(provesInclusion(leaves[leaf]!, leaf, leaves.length, proof, frontier.root())).toBe(true);
    }
  });

  it('goes on from a tile that was written before its process died', async () => {
    const leaves = numbered(700);
    const { store } = await grown(leaves.slice(0, 600));
    // The state of the tree is back where it was at 300, its tiles are not.
    const growth = await TreeGrowth.of(store, { size: 300, position: 10 * 299 + 1 });
    for (let at = 300; at < 700; at++) growth.add(leaves[at]!, 10 * at + 1, idOf(at));
    await growth.write();
    expect(await new TreeReader(store).root(700)).toEqual(rootByDefinition(leaves));
  });

  it('finds leaves by the positions and ids of their events, whatever gaps there are', async () => {
    const { store } = await grown(numbered(600));
    expect(await Promise.all([1, 2561, 5991, 5992].map((position) => store.leafTileAt(position)))).toEqual([0, 1, 2, undefined]);
    const found: number[] = [];
    for await (const position of store.candidates(idOf(321))) found.push(position);
    expect(found).toEqual([3211]);
  });
});

describe('proofs', () => {
  const MAX = 300;
  const leaves = numbered(MAX);
  const roots = Array.from({ length: MAX + 1 }, (_, size) => rootByDefinition(leaves.slice(0, size)));
  const tree = grown(leaves);
  const sizeAndLeaf = fc.integer({ min: 1, max: MAX }).chain((size) => fc.tuple(fc.constant(size), fc.integer({ min: 0, max: size - 1 })));
  const twoSizes = fc.integer({ min: 1, max: MAX }).chain((size) => fc.tuple(fc.integer({ min: 0, max: size }), fc.constant(size)));
  const flipped = (hash: Buffer, bit: number) => {
    const copy = Buffer.from(hash);
    copy[bit >> 3]! ^= 1 << (bit & 7);
    return copy;
  };

  it('of inclusion hold for every leaf of every tree up to some hundred', async () => {
    const { reader } = await tree;
    for (let size = 1; size <= 130; size++) {
      for (let leaf = 0; leaf < size; leaf++) {
        const proof = await reader.inclusion(leaf, size);
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        if (!provesInclusion(leaves[leaf]!, leaf, size, proof, roots[size]!)) throw new Error(`Leaf ${leaf} of ${size} is not proven.`);
      }
    }
    await fc.assert(fc.asyncProperty(sizeAndLeaf, async ([size, leaf]) => {
      expect(provesInclusion(leaves[leaf]!, leaf, size, await reader.inclusion(leaf, size), roots[size]!)).toBe(true);
    }));
  });

  it('of consistency hold for every two trees up to some hundred', async () => {
    const { reader } = await tree;
    for (let size = 1; size <= 130; size++) {
      for (let earlier = 0; earlier <= size; earlier++) {
        const proof = await reader.consistency(earlier, size);
        if (!provesConsistency({ size: earlier, root: roots[earlier]! }, { size, root: roots[size]! }, proof)) throw new Error(`${earlier} in ${size} is not proven.`);
      }
    }
    await fc.assert(fc.asyncProperty(twoSizes, async ([earlier, size]) => {
      expect(provesConsistency({ size: earlier, root: roots[earlier]! }, { size, root: roots[size]! }, await reader.consistency(earlier, size))).toBe(true);
    }));
  });

  it('of inclusion never hold for another leaf, place, size, root or proof', async () => {
    const { reader } = await tree;
    await fc.assert(fc.asyncProperty(sizeAndLeaf, fc.nat(), fc.nat(255), async ([size, leaf], at, bit) => {
      const proof = await reader.inclusion(leaf, size);
      const holds = (changed: Partial<{ hash: Buffer; leaf: number; size: number; proof: Buffer[]; root: Buffer }>) => {
        const all = { hash: leaves[leaf]!, leaf, size, proof, root: roots[size]!, ...changed };
        return provesInclusion(all.hash, all.leaf, all.size, all.proof, all.root);
      };
      expect(holds({})).toBe(true);
      expect(holds({ hash: flipped(leaves[leaf]!, bit) })).toBe(false);
      expect(holds({ root: flipped(roots[size]!, bit) })).toBe(false);
      expect(holds({ proof: [...proof, roots[size]!] })).toBe(false);
      if (proof.length > 0) {
        const place = at % proof.length;
        expect(holds({ proof: proof.map((hash, index) => (index === place ? flipped(hash, bit) : hash)) })).toBe(false);
        expect(holds({ proof: proof.filter((_, index) => index !== place) })).toBe(false);
        expect(holds({ leaf: (leaf + 1 + (at % (size - 1))) % size })).toBe(false);
      }
      expect(holds({ leaf: size })).toBe(false);
    }));
  });

  it('of consistency never hold for other roots, sizes or proofs', async () => {
    const { reader } = await tree;
    await fc.assert(fc.asyncProperty(twoSizes, fc.nat(), fc.nat(255), async ([earlier, size], at, bit) => {
      fc.pre(earlier > 0);
      const proof = await reader.consistency(earlier, size);
      const [before, after] = [{ size: earlier, root: roots[earlier]! }, { size, root: roots[size]! }];
      expect(provesConsistency({ ...before, root: flipped(before.root, bit) }, after, proof)).toBe(false);
      expect(provesConsistency(before, { ...after, root: flipped(after.root, bit) }, proof)).toBe(false);
      expect(provesConsistency(before, after, [...proof, after.root])).toBe(false);
      expect(provesConsistency(after, before, proof)).toBe(earlier === size);
      if (proof.length > 0) {
        const place = at % proof.length;
        expect(provesConsistency(before, after, proof.map((hash, index) => (index === place ? flipped(hash, bit) : hash)))).toBe(false);
        expect(provesConsistency(before, after, proof.filter((_, index) => index !== place))).toBe(false);
      }
    }));
  });
});
