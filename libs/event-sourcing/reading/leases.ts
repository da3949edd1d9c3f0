import type { DocumentStore } from '../ports/document-store.js';

/** Collection of which worker has which share. */
export const LEASES = 'leases';

export interface LeaseOptions {
  /** This process, among those that share the work. */
  worker: string;
  /** Those who fold the same views: the workers of one group divide all shares between them. */
  group: string;
  shares: number;
  /** A worker that has not been heard of for so long has lost its shares. */
  ttlMs: number;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
}

/** What a document of the collection says; its beat changes as long as its worker lives. */
interface Beat {
  _id: string;
  kind: 'worker' | 'share';
  group: string;
  /** Nobody has a share that was given back. */
  worker: string | null;
  share?: number;
  beat: number;
}

interface Seen {
  beat: number;
  /** When the beat was seen to change. */
  at: number;
}

const FORGOTTEN_AFTER = 20;

interface Held {
  beat: number;
  until: number;
}

/**
 * Divides shares among workers. Each worker counts a beat up in a document of its own and in those of its shares, and
 * watches with its own clock whether the others' still change: the clocks of the machines need not agree. Whoever takes
 * a share sets its beat on the condition that it is still the one it saw, so that only one can.
 */
export class Leases {
  private readonly held = new Map<number, Held>();
  private readonly seen = new Map<string, Seen>();
  private beats = 0;

  constructor(
    private readonly documents: DocumentStore,
    private readonly options: LeaseOptions,
  ) {}

  /** Whether the share is this worker's now, beyond any doubt of a slow store or a process that was stopped. */
  holds(share: number): boolean {
    return this.options.now() < (this.held.get(share)?.until ?? -Infinity);
  }

  /** The shares that are this worker's as far as it knows. */
  get shares(): number[] {
    return [...this.held.keys()];
  }

  /**
   * Renews what is held, gives back what is too much (after `release` has ended), and takes what is free. To be called
   * several times within the time to live.
   */
  async beat(release: (share: number) => Promise<void>): Promise<void> {
    await this.showLife();
    const beats = await this.read();
    for (const { _id, beat } of beats) if (this.seen.get(_id)?.beat !== beat) this.seen.set(_id, { beat, at: this.options.now() });
    for (const share of this.shares) await this.renew(share);
    const quota = this.quota(beats);
    for (const share of this.shares.slice(quota)) {
      await release(share);
      await this.giveBack(share);
    }
    for (let share = 0; share < this.options.shares && this.held.size < quota; share++) {
      if (!this.held.has(share) && this.isFree(share, beats)) await this.take(share, beats);
    }
    await this.forgetDead(beats);
  }

  /** Gives everything back, so that others need not wait for the time to live. */
  async end(): Promise<void> {
    for (const share of this.shares) await this.giveBack(share);
    const { group, worker } = this.options;
    await this.documents.write([{ collection: LEASES, writes: [{ key: workerKey(group, worker), position: ++this.beats, document: null }] }]);
  }

  private async showLife(): Promise<void> {
    const { group, worker } = this.options;
    const document: Omit<Beat, '_id'> = { kind: 'worker', group, worker, beat: ++this.beats };
    await this.documents.write([{ collection: LEASES, writes: [{ key: workerKey(group, worker), position: this.beats, document }] }]);
  }

  private async read(): Promise<Beat[]> {
    return (await this.documents.find(LEASES, { filter: { group: this.options.group } })) as unknown as Beat[];
  }

  /** Workers that ended without giving back. */
  private async forgetDead(beats: readonly Beat[]): Promise<void> {
    const isLongDead = ({ _id }: Beat) => this.options.now() - this.seen.get(_id)!.at > FORGOTTEN_AFTER * this.options.ttlMs;
    const dead = beats.filter((beat) => beat.kind === 'worker' && beat.worker !== this.options.worker && isLongDead(beat));
    if (dead.length === 0) return;
    await this.documents.write([{ collection: LEASES, writes: dead.map(({ _id, beat }) => ({ key: _id, position: beat + 1, document: null })) }]);
    for (const { _id } of dead) this.seen.delete(_id);
  }

  /** How many shares are this worker's part: as even as can be, the odd ones to those whose names come first. */
  private quota(beats: readonly Beat[]): number {
    const { shares, worker } = this.options;
    const alive = beats.filter((beat) => beat.kind === 'worker' && (beat.worker === worker || this.isAlive(beat))).map((beat) => beat.worker!);
    const workers = [...new Set([...alive, worker])].sort();
    const rank = workers.indexOf(worker);
    return Math.floor(shares / workers.length) + (rank < shares % workers.length ? 1 : 0);
  }

  private isAlive({ _id }: Beat): boolean {
    return this.options.now() - this.seen.get(_id)!.at < this.options.ttlMs;
  }

  private isFree(share: number, beats: readonly Beat[]): boolean {
    const lease = beats.find(({ _id }) => _id === shareKey(this.options.group, share));
    // A share that still says it is ours is of an earlier life, or was lost: it ends like any other's.
    return !lease || lease.worker === null || !this.isAlive(lease);
  }

  private async take(share: number, beats: readonly Beat[]): Promise<void> {
    const seen = beats.find(({ _id }) => _id === shareKey(this.options.group, share));
    await this.set(share, seen?.beat, this.options.worker);
  }

  private async renew(share: number): Promise<void> {
    const { beat } = this.held.get(share)!;
    if (!(await this.set(share, beat, this.options.worker))) this.held.delete(share);
  }

  private async giveBack(share: number): Promise<void> {
    const held = this.held.get(share);
    this.held.delete(share);
    if (held) await this.set(share, held.beat, null);
  }

  /** @returns whether the share's beat was still the expected one. */
  private async set(share: number, expected: number | undefined, worker: string | null): Promise<boolean> {
    const { group, ttlMs } = this.options;
    const key = shareKey(group, share);
    const beat = (expected ?? 0) + 1;
    const until = this.options.now() + ttlMs;
    const document: Omit<Beat, '_id'> = { kind: 'share', group, share, worker, beat };
    const set = await this.documents.compareAndSet(LEASES, { key, position: beat, document }, expected);
    if (set) this.seen.set(key, { beat, at: this.options.now() });
    if (set && worker !== null) this.held.set(share, { beat, until });
    return set;
  }
}

const workerKey = (group: string, worker: string) => `${group}/worker/${worker}`;
const shareKey = (group: string, share: number) => `${group}/share/${share}`;
