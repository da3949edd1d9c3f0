import { type Engine } from '#event-sourcing';
import { Batch } from './batch.js';
import { idFrom } from './id-from.js';

/** The import that a run belongs to: one that was broken off goes on, otherwise it is a new one. */
export class OpenBatch {
  private starting: Promise<unknown> | undefined;

  private constructor(
    private readonly batch: Batch,
    readonly source: string,
    private readonly started: { kind: string; file: string; fingerprint: string },
  ) {}

  /**
   * @param key tells the same rows under the same mapping from all others.
   * @param file its name, or that of the folder of several.
   */
  static async of(engine: Engine, key: string, kind: string, file: string, actor = 'import'): Promise<OpenBatch> {
    const source = `import:${file}`;
    for (let run = 0; ; run++) {
      const batch = new Batch(engine, idFrom([key, String(run)]), { actor, source });
      const { status } = await batch.state();
      if (status === 'none' || status === 'started') return new OpenBatch(batch, source, { kind, file, fingerprint: key });
    }
  }

  get id(): string {
    return this.batch.id;
  }

  get isStarted(): boolean {
    return this.starting !== undefined;
  }

  /** Before the first row is sent: what rows record must be found again. */
  start(): Promise<unknown> {
    return (this.starting ??= this.batch.start(this.started));
  }

  async complete({ read, added, duplicates, rejected }: { read: number; added: number; duplicates: number; rejected: number }): Promise<void> {
    if (this.isStarted) await this.batch.complete({ rows: read, added, duplicates, rejected });
  }
}
