import { commandIdFrom, eventIdFrom, eventTypeOf, silentLog, systemClock, type Clock, type DocumentStore, type EventStore, type Log, type Position, type RecordedEvent } from '#event-sourcing';
import { AuditKeyRotated, AuditKeys } from './domain/key-rotation.js';
import { takePlace, type AuditKey } from './heads/audit-key.js';
import { signHead, type Head } from './heads/head.js';
import { type KeptHeads } from './heads/kept-heads.js';
import { signRotation, type KeyRotation } from './heads/key-chain.js';
import { verifierKey } from './heads/signed-note.js';
import { Witness } from './heads/witness.js';
import { HistoryChanged } from './log/history-changed.js';
import { MerkleLog } from './log/merkle-log.js';
import { type TreeReader } from './log/tree-reader.js';

export interface AuditOptions {
  /** The log as it is stored: not lifted by upcasters, not decrypted. */
  events: EventStore;
  documents: DocumentStore;
  key: AuditKey;
  /** Where the key is kept, so that another can take its place. */
  keyFile?: string | undefined;
  heads: KeptHeads;
  /** Address of a witness that is told of each head. */
  witnessUrl?: string | undefined;
  clock?: Clock;
  log?: Log;
}

/** That an event is in the log of a head, at this leaf. */
export interface EventProof {
  event: RecordedEvent;
  index: number;
  proof: Buffer[];
  head: Head;
}

/** That the log of the later head begins with the log of the earlier one. */
export interface ConsistencyProof {
  from: { size: number; root: Buffer };
  to: { size: number; root: Buffer };
  proof: Buffer[];
}

const KEYS_ID = 'heads';

/** The transparency log: a Merkle tree over all events in global order, its signed heads, and proofs. */
export class Audit {
  readonly merkle: MerkleLog;
  private signing: AuditKey;
  private readonly keyFile: string | undefined;
  readonly heads: KeptHeads;
  readonly clock: Clock;
  private readonly witness: Witness | undefined;
  private preparing: Promise<void> | undefined;

  constructor({ events, documents, key, keyFile, heads, witnessUrl, clock = systemClock, log = silentLog }: AuditOptions) {
    this.merkle = new MerkleLog(events, documents);
    this.signing = key;
    this.keyFile = keyFile;
    this.heads = heads;
    this.clock = clock;
    const consistency = (earlier: number, size: number) => this.merkle.reader().consistency(earlier, size);
    this.witness = witnessUrl === undefined ? undefined : new Witness({ url: witnessUrl, log, heads, consistency });
  }

  /** What heads are signed with. */
  get key(): AuditKey {
    return this.signing;
  }

  /** What signatures are checked with: name, key id and key. */
  get publicKey(): string {
    return verifierKey(this.key);
  }

  /** Makes the collections. Repeatable. */
  prepare(): Promise<void> {
    this.preparing ??= this.merkle.tiles.prepare().then(() => this.recordRotations('system'));
    return this.preparing;
  }

  /**
   * Signs from now on with a new key, and destroys the one in force: it signs the last head of its own, and that the new
   * one takes its place, which is kept beside the heads and in the log. Heads of before verify as before. Processes that
   * have the former key in memory must be started anew.
   * @param actor as events name whoever wants it.
   * @throws HistoryChanged
   */
  async rotateKey(actor: string): Promise<KeyRotation> {
    const { size, root } = await this.makeHead();
    const next = this.key.successor();
    const rotation = signRotation(this.key, next, { size, root, time: this.clock.now().toISOString() });
    if (this.keyFile !== undefined) next.waitAt(this.keyFile);
    await this.heads.keepRotation(rotation);
    if (this.keyFile !== undefined) takePlace(this.keyFile);
    this.signing = next;
    await this.recordRotations(actor);
    await this.makeHead();
    return rotation;
  }

  /** A rotation that was interrupted may not be in the log yet. */
  private async recordRotations(actor: string): Promise<void> {
    const { rotations } = await this.heads.keys();
    if (rotations.length === 0) return;
    const { events } = this.merkle;
    const stream = AuditKeys.streamOf(KEYS_ID);
    const recorded = new Set<string>();
    for await (const page of events.readStream(stream)) for (const { data } of page) recorded.add((data as AuditKeyRotated).note);
    for (const { former, next, size, note } of rotations) {
      if (recorded.has(note)) continue;
      const commandId = commandIdFrom(note);
      const data: AuditKeyRotated = { formerKey: verifierKey(former), key: verifierKey(next), size, note };
      const { name, version } = eventTypeOf(AuditKeyRotated);
      await events.append(stream, 'any', [{
        id: eventIdFrom(commandId, stream, 0), type: name, schemaVersion: version, occurredAt: this.clock.now().toISOString(), data: { ...data },
        metadata: { commandId, correlationId: commandId, actor, source: 'audit' },
      }]);
    }
  }

  /**
   * Follows the log to its end and signs what it is now; where nothing came since the latest head, that one is given again.
   * @throws HistoryChanged the log is not a continuation of the tree or of the latest head: nothing is signed.
   */
  async makeHead(): Promise<Head> {
    await this.prepare();
    const { size, position } = await this.merkle.catchUp();
    const reader = this.merkle.reader();
    const latest = await this.heads.latest();
    if (latest) await checkContinues(latest, size, reader);
    const head = latest?.size === size ? latest : signHead(this.key, { size, position, root: await reader.root(size), time: this.clock.now().toISOString() });
    if (head !== latest) await this.heads.keep(head);
    // The process that made the latest head may have ended before its witness had it.
    this.witness?.submit(head);
    return head;
  }

  /** The latest head, or a new one where that does not reach as far as asked. */
  async headWith(leaf: number): Promise<Head> {
    const latest = await this.heads.latest();
    return latest && latest.size > leaf ? latest : this.makeHead();
  }

  /**
   * Proof that the event with this id or at this position is in the log; undefined where there is none.
   * @throws HistoryChanged the event is not the one that was taken into the tree.
   */
  async prove(which: string | Position): Promise<EventProof | undefined> {
    await this.prepare();
    await this.merkle.catchUp();
    const leaf = typeof which === 'string' ? await this.merkle.withId(which) : await this.merkle.at(which);
    if (!leaf) return undefined;
    const head = await this.headWith(leaf.index);
    return { ...leaf, head, proof: await this.merkle.reader().inclusion(leaf.index, head.size) };
  }

  /** @throws RangeError the log has fewer events than the later size, or fewer in the later than in the earlier. */
  async consistency(from: number, to: number): Promise<ConsistencyProof> {
    await this.prepare();
    const { size } = await this.merkle.catchUp();
    if (from > to || to > size) throw new RangeError(`The sizes must rise and be at most ${size}, which is all events there are; they are ${from} and ${to}.`);
    const reader = this.merkle.reader();
    const [before, after] = [await reader.root(from), await reader.root(to)];
    return { from: { size: from, root: before }, to: { size: to, root: after }, proof: await reader.consistency(from, to) };
  }

  /** Resolves when the witness, if there is one, has what was signed. */
  async settled(): Promise<void> {
    await this.witness?.settled();
  }

  /** Lets go of the witness. The stores stay open: who opened them closes them. */
  async close(): Promise<void> {
    await this.witness?.close();
  }
}

async function checkContinues(latest: Head, size: number, reader: TreeReader): Promise<void> {
  if (latest.size > size) throw new HistoryChanged(`The head of ${latest.time} has ${latest.size} events; the log has ${size} now.`);
  if (!(await reader.root(latest.size)).equals(latest.root)) throw new HistoryChanged(`The first ${latest.size} events are not those of the head of ${latest.time}.`);
}
