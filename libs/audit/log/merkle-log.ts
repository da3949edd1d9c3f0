import { BEGINNING, InTurn, type DocumentStore, type EventStore, type Position, type RecordedEvent } from '#event-sourcing';
import { leafOf } from '../tree/leaf.js';
import { TILE_WIDTH } from '../tree/tiles.js';
import { HistoryChanged } from './history-changed.js';
import { TileStore, type LeafRow, type TreeState } from './tile-store.js';
import { TreeGrowth } from './tree-growth.js';
import { TreeReader } from './tree-reader.js';

/** Leaves written at once. */
const WRITTEN_AT_ONCE = 16_384;
const PAGE_SIZE = 1_000;
const THE_TREE = 'tree';

/** An event and its leaf. */
export interface Leaf {
  /** Leaves before it. */
  index: number;
  event: RecordedEvent;
}

/** The tile of a leaf, and where it lies in its row. */
interface LeafPlace {
  number: number;
  row: LeafRow;
  at: number;
}

/** The Merkle tree over a log, kept in a document store. Following the log is only done when asked for. */
export class MerkleLog {
  readonly tiles: TileStore;
  /** Two that follow the log at once would both write the same. */
  private readonly turns = new InTurn();
  private lastRow: Omit<LeafPlace, 'at'> | undefined;

  /** @param events the log as it is stored: its events not lifted by any upcaster. */
  constructor(
    readonly events: EventStore,
    documents: DocumentStore,
  ) {
    this.tiles = new TileStore(documents);
  }

  /** Tiles as they are now, for questions that belong together. */
  reader(): TreeReader {
    return new TreeReader(this.tiles);
  }

  /**
   * Takes in what the log has and the tree has not.
   * @throws HistoryChanged the log no longer has the last event of the tree.
   */
  catchUp(onProgress: (done: Position, total: Position) => void = () => undefined): Promise<TreeState> {
    return this.turns.run(THE_TREE, () => this.follow(onProgress));
  }

  /** Forgets the tree and makes it anew of the log as it is. */
  rebuild(onProgress?: (done: Position, total: Position) => void): Promise<TreeState> {
    return this.turns.run(THE_TREE, async () => {
      await this.tiles.clear();
      this.lastRow = undefined;
      return this.follow(onProgress ?? (() => undefined));
    });
  }

  /** The leaf of the event at a position; undefined where the tree has none. */
  async at(position: Position): Promise<Leaf | undefined> {
    const place = await this.placeOf(position);
    if (!place) return undefined;
    const event = await this.eventAt(place);
    if (!event) throw new HistoryChanged(`The log has no event at position ${position} any more.`);
    return { index: place.number * TILE_WIDTH + place.at, event };
  }

  /** Leaves before the event at a position. @throws HistoryChanged the tree has no event there. */
  async indexOf(position: Position): Promise<number> {
    const place = await this.placeOf(position);
    if (!place) throw new HistoryChanged(`The event at position ${position} was not in the log when the tree was made.`);
    return place.number * TILE_WIDTH + place.at;
  }

  /** The leaf of the event with this id. */
  async withId(id: string): Promise<Leaf | undefined> {
    for await (const position of this.tiles.candidates(id)) {
      const leaf = await this.at(position);
      if (leaf?.event.id === id) return leaf;
    }
    return undefined;
  }

  private async placeOf(position: Position): Promise<LeafPlace | undefined> {
    // Those who ask one after the other ask for neighbours. A row that has grown since is not enough.
    if (!this.lastRow?.row.positions.includes(position)) {
      const number = await this.tiles.leafTileAt(position);
      this.lastRow = number === undefined ? undefined : { number, row: await this.tiles.leafRow(number) };
    }
    const at = this.lastRow?.row.positions.indexOf(position) ?? -1;
    return this.lastRow && at >= 0 ? { ...this.lastRow, at } : undefined;
  }

  private async follow(onProgress: (done: Position, total: Position) => void): Promise<TreeState> {
    const state = await this.tiles.state();
    const total = await this.events.head();
    await this.checkLast(state);
    const growth = await TreeGrowth.of(this.tiles, state);
    let written = state.size;
    for await (const { events, position } of this.events.readAll({ after: state.position, pageSize: PAGE_SIZE })) {
      for (const event of events) growth.add(leafOf(event), event.position, event.id);
      if (growth.state.size - written >= WRITTEN_AT_ONCE) {
        await growth.write();
        written = growth.state.size;
      }
      onProgress(position, total);
    }
    if (growth.state.size > written) await growth.write();
    return growth.state;
  }

  /** Whoever cut the tail off may have appended other events since, at the same positions. */
  private async checkLast({ size, position }: TreeState): Promise<void> {
    if (size === 0) return;
    const number = Math.floor((size - 1) / TILE_WIDTH);
    const place: LeafPlace = { number, row: await this.tiles.leafRow(number), at: (size - 1) % TILE_WIDTH };
    const event = await this.eventAt(place);
    if (!event) throw new HistoryChanged(`The log had an event at position ${position}, and has none there now.`);
    if (!leafOf(event).equals(place.row.hashes[place.at]!)) throw new HistoryChanged(`The event at position ${position} is not the one that was there before.`);
  }

  /** The event that a leaf was made of; undefined where the log has none at its position. */
  private async eventAt({ number, row, at }: LeafPlace): Promise<RecordedEvent | undefined> {
    const until = row.positions[at]!;
    const after = at > 0 ? row.positions[at - 1]! : number > 0 ? (await this.tiles.leafRow(number - 1)).positions.at(-1)! : BEGINNING;
    for await (const { events } of this.events.readAll({ after, until })) {
      const found = events.find(({ position }) => position === until);
      if (found) return found;
    }
    return undefined;
  }
}
