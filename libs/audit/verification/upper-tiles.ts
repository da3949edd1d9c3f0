import { type TileStore, type TreeState } from '../log/tile-store.js';
import { rootOf, TILE_WIDTH, type TilePlace } from '../tree/tiles.js';

/** Tiles above the leaves that are missing, or not made of the tiles below them: proofs are read from these. */
export async function wrongTiles(tiles: TileStore, { size }: TreeState): Promise<TilePlace[]> {
  const wrong: TilePlace[] = [];
  for (let level = 1, hashes = Math.floor(size / TILE_WIDTH); hashes > 0; level++, hashes = Math.floor(hashes / TILE_WIDTH)) {
    for (let number = 0; number * TILE_WIDTH < hashes; number++) {
      const place = { level, number };
      if (!(await isMadeOfThoseBelow(tiles, place, Math.min(TILE_WIDTH, hashes - number * TILE_WIDTH)))) wrong.push(place);
    }
  }
  return wrong;
}

/** @param width how many hashes of the tile are of the tree: a tile may have been written, and how far the tree is was not. */
async function isMadeOfThoseBelow(tiles: TileStore, { level, number }: TilePlace, width: number): Promise<boolean> {
  const below = Array.from({ length: width }, (_, at) => ({ level: level - 1, number: number * TILE_WIDTH + at }));
  const [[stored], made] = [await tiles.findHashes([{ level, number }]), await tiles.findHashes(below)];
  return stored !== undefined && made.every((hashes, at) => hashes?.length === TILE_WIDTH && stored[at]?.equals(rootOf(hashes)) === true);
}
