import { type CollectionWrites, type DocumentStore, type DocumentWrite, type Position } from '#event-sourcing';
import { split, type TilePlace } from '../tree/tiles.js';

/** Tiles of level 0: hashes of leaves, with the positions and ids of their events. */
export const LEAVES = 'audit_leaves';
/** Tiles of the levels above. */
export const TILES = 'audit_tiles';
/** How far the tree is, and how far a verification is. */
export const STATE = 'audit_state';

const TREE = 'tree';

/** How far the tree has followed the log. */
export interface TreeState {
  /** Leaves. */
  size: number;
  /** Of the last event that is a leaf. */
  position: Position;
}

/** Bytes of an event's id by which it is found. */
const ID_BYTES = 4;

/** A row of leaves as the tree is built: the hash, position and id of each. */
export class LeafRow {
  constructor(
    readonly hashes: Buffer[] = [],
    readonly positions: Position[] = [],
    readonly ids: Buffer[] = [],
  ) {}

  add(hash: Buffer, position: Position, id: string): void {
    this.hashes.push(hash);
    this.positions.push(position);
    this.ids.push(shortId(id));
  }

  /** The first so many. */
  first(count: number): LeafRow {
    return new LeafRow(this.hashes.slice(0, count), this.positions.slice(0, count), this.ids.slice(0, count));
  }

  /** Where events may lie that have this id: few or no others do. */
  candidates(id: string): Position[] {
    const wanted = shortId(id);
    return this.positions.filter((_, at) => this.ids[at]!.equals(wanted));
  }
}

interface LeafDocument {
  hashes: string;
  positions: Position[];
  ids: string;
  /** Position of the last event, to find the tile of an event by. */
  last: Position;
}

/** The tree in the document store, derived from the log. Larger trees replace smaller ones, never the other way round. */
export class TileStore {
  constructor(private readonly documents: DocumentStore) {}

  async prepare(): Promise<void> {
    await this.documents.ensureCollection(LEAVES, [{ last: 1 }]);
    await this.documents.ensureCollection(TILES);
    await this.documents.ensureCollection(STATE);
  }

  /** Forgets the tree. */
  async clear(): Promise<void> {
    for (const collection of [STATE, TILES, LEAVES]) await this.documents.dropCollection(collection);
    await this.prepare();
  }

  async state(): Promise<TreeState> {
    const stored = (await this.documents.load(STATE, [TREE])).get(TREE);
    return (stored?.document as TreeState | undefined) ?? { size: 0, position: 0 };
  }

  /** @throws Error the tile is missing. */
  async leafRow(number: number): Promise<LeafRow> {
    return (await this.findLeafRow(number)) ?? missing({ level: 0, number });
  }

  async findLeafRow(number: number): Promise<LeafRow | undefined> {
    const key = keyOf(number);
    const stored = (await this.documents.load(LEAVES, [key])).get(key);
    return stored?.document ? leafRowOf(stored.document as LeafDocument) : undefined;
  }

  /** Hashes of tiles, in the order of the places. @throws Error one is missing. */
  async hashes(places: readonly TilePlace[]): Promise<Buffer[][]> {
    return (await this.findHashes(places)).map((hashes, at) => hashes ?? missing(places[at]!));
  }

  /** The same; undefined where a tile is missing. */
  async findHashes(places: readonly TilePlace[]): Promise<(Buffer[] | undefined)[]> {
    const found = new Map<string, Buffer[]>();
    for (const collection of [LEAVES, TILES]) {
      const keys = places.filter((place) => collectionOf(place) === collection).map(tileKey);
      const stored = keys.length === 0 ? [] : await this.documents.load(collection, keys);
      for (const [key, { document }] of stored) if (document) found.set(`${collection}/${key}`, split(Buffer.from((document as { hashes: string }).hashes, 'base64')));
    }
    return places.map((place) => found.get(`${collectionOf(place)}/${tileKey(place)}`));
  }

  /** The number of the tile of leaves in which an event at this position lies, if it is in the tree. */
  async leafTileAt(position: Position): Promise<number | undefined> {
    const [tile] = await this.documents.find(LEAVES, { filter: { last: { $gte: position } }, sort: { last: 1 }, limit: 1, projection: { last: 1 } });
    return tile && Number(tile._id);
  }

  /** Positions of events that may have this id, from the beginning of the log on. */
  async *candidates(id: string): AsyncIterable<Position> {
    for await (const tiles of this.documents.scan(LEAVES)) {
      for (const tile of tiles) yield* leafRowOf(tile as unknown as LeafDocument).candidates(id);
    }
  }

  /** Writes tiles and, after them, how far the tree is. */
  async write(state: TreeState, leaves: ReadonlyMap<number, LeafRow>, tiles: readonly (TilePlace & { hashes: readonly Buffer[] })[]): Promise<void> {
    const at = (key: string, document: object): DocumentWrite => ({ key, document, position: state.size });
    const batch: CollectionWrites[] = [
      { collection: LEAVES, writes: [...leaves].map(([number, row]) => at(keyOf(number), leafDocument(row))) },
      { collection: TILES, writes: tiles.map((tile) => at(tileKey(tile), { hashes: joined(tile.hashes) })) },
      { collection: STATE, writes: [at(TREE, state)] },
    ];
    await this.documents.write(batch);
  }
}

function missing({ level, number }: TilePlace): never {
  throw new Error(`Tile ${number} of level ${level} of the tree is missing in the document store. guanxi audit rebuild makes the tree anew.`);
}

function leafDocument({ hashes, positions, ids }: LeafRow): LeafDocument {
  return { hashes: joined(hashes), positions, ids: joined(ids), last: positions.at(-1)! };
}

function leafRowOf({ hashes, positions, ids }: LeafDocument): LeafRow {
  const idBytes = Buffer.from(ids, 'base64');
  return new LeafRow(split(Buffer.from(hashes, 'base64')), positions, positions.map((_, at) => idBytes.subarray(at * ID_BYTES, (at + 1) * ID_BYTES)));
}

const collectionOf = ({ level }: TilePlace): string => (level === 0 ? LEAVES : TILES);
const tileKey = ({ level, number }: TilePlace): string => (level === 0 ? keyOf(number) : `${level}/${keyOf(number)}`);
/** In the order of the numbers. */
const keyOf = (number: number): string => String(number).padStart(12, '0');
const joined = (parts: readonly Buffer[]): string => Buffer.concat(parts).toString('base64');
const shortId = (id: string): Buffer => Buffer.from(id.replaceAll('-', '').slice(0, 2 * ID_BYTES), 'hex');
