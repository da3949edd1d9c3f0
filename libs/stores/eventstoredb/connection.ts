import { EventStoreDBClient } from '@eventstore/db-client';
import rpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import type streams from '@eventstore/db-client/generated/streams_pb.js';
import { StoreUnavailable, type Log } from '#event-sourcing';
import type { ConnectionString } from './connection-string/index.js';
import { explain, isDrop, isTombstone } from './faults.js';
import { Messages } from './messages.js';
import { Outage } from './outage.js';

type StreamsClient = InstanceType<typeof rpc.StreamsClient>;
type Call = ReturnType<StreamsClient['read'] | StreamsClient['batchAppend']>;
export type BatchAppendCall = ReturnType<StreamsClient['batchAppend']>;
type CallArguments = [metadata: NonNullable<Parameters<StreamsClient['batchAppend']>[0]>, options: object];

/**
 * The part of the client that its own methods stand on. They would do for less than this adapter asks: appends of all
 * clients of a process share one map, neither appends nor reads have a time-out, and reads of the log have no filter.
 */
interface ClientInside {
  GRPCStreamCreator<T extends Call>(Client: unknown, name: string, creator: (client: StreamsClient) => T): () => Promise<T>;
  callArguments(options: { requiresLeader?: boolean }, callOptions: { deadline: number }): CallArguments;
  getChannel(): Promise<{ close(): void }>;
}

const NEVER = { deadline: Infinity };

/** The connection to the server: discovery, TLS, credentials and new channels are the client's. */
export class Connection {
  readonly hosts: string;
  private readonly client: EventStoreDBClient;
  private readonly inside: ClientInside;
  private readonly outage: Outage;
  private used = false;

  constructor(
    private readonly string: ConnectionString,
    log: Log,
  ) {
    this.hosts = string.hosts;
    this.client = EventStoreDBClient.connectionString(string.text);
    this.inside = this.client as unknown as ClientInside;
    this.outage = new Outage(string.hosts, log);
  }

  /** Opens the call that carries appends; it stays open. */
  batchAppend(): Promise<BatchAppendCall> {
    return this.open((client) => client.batchAppend(...this.inside.callArguments({}, NEVER)));
  }

  /** @param wanted of each message; undefined: nothing. @throws StoreUnavailable */
  async read<T>(request: streams.ReadReq, wanted: (message: streams.ReadResp) => T | undefined): Promise<Messages<T>> {
    const { readsFromLeader: requiresLeader } = this.string;
    try {
      const call = await this.open((client) => client.read(request, ...this.inside.callArguments(requiresLeader ? { requiresLeader } : {}, NEVER)));
      return new Messages(call, wanted, { answered: () => this.answered(), explain: (error) => this.failed(error) });
    } catch (error) {
      throw this.failed(error);
    }
  }

  /** The server answered: an outage is over. */
  answered(): void {
    this.outage.ends();
  }

  /** @returns what the port says of the error; an outage is logged where it begins. */
  failed(error: unknown): Error {
    const explained = explain(error, this.hosts);
    if (explained instanceof StoreUnavailable && !isDrop(error) && !isTombstone(error)) this.outage.begins(error);
    return explained;
  }

  async close(): Promise<void> {
    await this.client.dispose();
    if (!this.used) return;
    // Where there is no channel any more, there is none to close.
    await this.inside.getChannel().then((channel) => channel.close(), () => undefined);
  }

  private open<T extends Call>(creator: (client: StreamsClient) => T): Promise<T> {
    this.used = true;
    return this.inside.GRPCStreamCreator(rpc.StreamsClient, 'guanxi', creator)();
  }
}
