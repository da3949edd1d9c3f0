import { MongoClient, ReadConcern, type Db, type DbOptions } from 'mongodb';
import { errorFields, StoreUnavailable, type Log } from '#event-sourcing';
import type { MongoAddress } from './address.js';
import { explain } from './faults.js';

/**
 * What every answer is worth: acknowledged writes are on a majority of the nodes and reads see nothing that could still
 * be taken back. A checkpoint must not survive a change of the primary that its documents do not survive.
 */
const CONCERNS: DbOptions = {
  writeConcern: { w: 'majority', wtimeoutMS: 30_000 },
  readConcern: new ReadConcern('majority'),
  readPreference: 'primary',
};

/** The one connection of a store: made when it is first needed, again after it could not be made, told once when it is lost. */
export class MongoConnection {
  private connecting: Promise<MongoClient> | undefined;
  private closed = false;
  private isAway = false;

  constructor(
    private readonly address: MongoAddress,
    private readonly log: Log,
    /** What it is the connection of, for the log. */
    private readonly what = 'document store',
  ) {}

  /**
   * Lets `work` use the database.
   * @throws StoreUnavailable the server cannot be reached or cannot do it now; what was written is unknown, repeating is safe.
   */
  async use<T>(work: (database: Db) => Promise<T>): Promise<T> {
    if (this.closed) throw new StoreUnavailable(`${this.address.name} is closed.`);
    try {
      const client = await this.connected();
      const result = await work(client.db(this.address.database, CONCERNS));
      this.answered();
      return result;
    } catch (error) {
      const explained = explain(error, this.address.name);
      if (explained instanceof StoreUnavailable) this.failed(explained);
      throw explained;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    const { connecting } = this;
    this.connecting = undefined;
    // Whoever asked for a connection that failed was told; there is nothing to close.
    const client = await connecting?.catch(() => undefined);
    await client?.close();
  }

  /** Once connected the driver recovers by itself; a first connection that fails leaves a client of no use. */
  private connected(): Promise<MongoClient> {
    this.connecting ??= connect(this.address.url).catch((error: unknown) => {
      this.connecting = undefined;
      throw error;
    });
    return this.connecting;
  }

  private failed(error: StoreUnavailable): void {
    if (!this.isAway && !this.closed) this.log.error({ store: this.address.name, ...errorFields(error) }, `the ${this.what} does not answer; trying again with each request`);
    this.isAway = true;
  }

  private answered(): void {
    if (this.isAway) this.log.info({ store: this.address.name }, `the ${this.what} answers again`);
    this.isAway = false;
  }
}

async function connect(url: string): Promise<MongoClient> {
  const client = new MongoClient(url);
  try {
    return await client.connect();
  } catch (error) {
    await client.close();
    throw error;
  }
}
