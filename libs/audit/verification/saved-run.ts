import { verify } from 'node:crypto';
import { type DocumentStore, type Position } from '#event-sourcing';
import { type AuditKey } from '../heads/audit-key.js';
import { STATE } from '../log/tile-store.js';
import { type Frontier } from '../tree/frontier.js';

/** A verification that has found nothing wrong so far. */
export interface CleanRun {
  /** When it began, ISO 8601. */
  startedAt: string;
  position: Position;
  frontier: ReturnType<Frontier['toJSON']>;
  /** Heads that were compared. */
  heads: number;
}

const KEY = 'verification';

/**
 * Where an interrupted verification goes on. It is signed: who can write the document store could otherwise have a part
 * of the log passed over.
 */
export class SavedRun {
  constructor(
    private readonly documents: DocumentStore,
    private readonly key: AuditKey,
  ) {}

  async load(): Promise<CleanRun | undefined> {
    const { text, signature } = ((await this.stored())?.document as { text: string; signature: string } | null | undefined) ?? {};
    if (text === undefined || signature === undefined) return undefined;
    return verify(null, Buffer.from(text), this.key.publicKey, Buffer.from(signature, 'base64')) ? (JSON.parse(text) as CleanRun) : undefined;
  }

  async save(run: CleanRun): Promise<void> {
    const text = JSON.stringify(run);
    await this.set({ text, signature: this.key.sign(text).toString('base64') });
  }

  async forget(): Promise<void> {
    if (await this.stored()) await this.set(null);
  }

  private async set(document: object | null): Promise<void> {
    const expected = (await this.stored())?.position;
    // Of two verifications at once the later one is gone on with.
    await this.documents.compareAndSet(STATE, { key: KEY, document, position: (expected ?? 0) + 1 }, expected);
  }

  private async stored() {
    return (await this.documents.load(STATE, [KEY])).get(KEY);
  }
}
