import { promisify } from 'node:util';
import { Server, ServerCredentials, type sendUnaryData, type UntypedServiceImplementation } from '@grpc/grpc-js';
import gossipRpc from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import featuresRpc from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsRpc from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { fail, type ReadCall } from './answers.js';
import { handleAppend } from './append.js';
import { BatchAppend } from './batch-append.js';
import { answerRead } from './counted-read.js';
import { handleDelete, handleTombstone } from './deletion.js';
import { Faults } from './faults.js';
import { Log } from './log.js';
import { clusterInfo, supportedMethods } from './node.js';
import { notReady } from './status.js';
import { Subscription } from './subscription.js';

type Answer = sendUnaryData<unknown>;

const HOST = '127.0.0.1';
const MAX_MESSAGE_BYTES = 16 * 2 ** 20;

export interface ServerOptions {
  /** 0, the default: any that is free. */
  port?: number;
  /** Keeps the log in a file, so that it survives the process. */
  file?: string;
}

/** A test double of an EventStoreDB 23.10 node: single, insecure, true to how the real one answers its Node client. */
export class TestEventStoreDb {
  readonly faults = new Faults();
  private readonly server = new Server({ 'grpc.max_receive_message_length': MAX_MESSAGE_BYTES });
  private readonly subscriptions = new Set<Subscription>();
  private appends = 0;
  private bound = 0;

  private constructor(private readonly log: Log) {}

  static async start({ port = 0, file }: ServerOptions = {}): Promise<TestEventStoreDb> {
    const started = new TestEventStoreDb(new Log(file));
    started.serve();
    started.bound = await promisify(started.server.bindAsync.bind(started.server))(`${HOST}:${port}`, ServerCredentials.createInsecure());
    return started;
  }

  get port(): number {
    return this.bound;
  }

  get url(): string {
    return `esdb://${HOST}:${this.port}?tls=false`;
  }

  /** Ends every subscription as the real server does one that is too slow. */
  dropSubscriptions(): void {
    for (const subscription of this.subscriptions) subscription.drop();
  }

  stop(): void {
    this.server.forceShutdown();
    this.log.close();
  }

  private serve(): void {
    const batchAppend = new BatchAppend(this.log, this.faults, () => this.countAppend());
    const unlessNotReady = <Args extends [call: { emit(event: 'error', error: Error): unknown }, ...unknown[]]>(handle: (...args: Args) => void) => (...args: Args) => {
      if (this.faults.notReady) args[0].emit('error', notReady());
      else handle(...args);
    };
    const { StreamsService: service } = streamsRpc;
    // Events are encoded once and sent to every reader as they are.
    const read = { ...service.read, responseSerialize: (bytes: Buffer) => bytes };
    this.server.addService({ ...service, read }, {
      read: unlessNotReady((call: ReadCall) => this.read(call)),
      batchAppend: unlessNotReady((call) => batchAppend.handle(call as unknown as Parameters<BatchAppend['handle']>[0])),
      append: (...args: never[]) => handleAppend(this.log, ...(args as unknown as [never, never])),
      delete: (...args: never[]) => handleDelete(this.log, ...(args as unknown as [never, never])),
      tombstone: (...args: never[]) => handleTombstone(this.log, ...(args as unknown as [never, never])),
    } as unknown as UntypedServiceImplementation);
    this.server.addService(featuresRpc.ServerFeaturesService, { getSupportedMethods: (_: unknown, answer: Answer) => answer(null, supportedMethods()) });
    this.server.addService(gossipRpc.GossipService, { read: (_: unknown, answer: Answer) => answer(null, clusterInfo(HOST, this.port)) });
  }

  private read(call: ReadCall): void {
    const options = call.request.getOptions()!;
    try {
      if (options.hasSubscription()) this.follow(new Subscription(this.log, this.faults, call, options));
      else answerRead(this.log, call, options).catch((error: unknown) => fail(call, error));
    } catch (error) {
      fail(call, error);
    }
  }

  private follow(subscription: Subscription): void {
    this.subscriptions.add(subscription);
    void subscription.run().finally(() => this.subscriptions.delete(subscription));
  }

  private countAppend(): void {
    const { systemEventEvery } = this.faults;
    if (systemEventEvery > 0 && ++this.appends % systemEventEvery === 0) {
      void this.log.appendSystemEvent('$persistentsubscription-test::group-checkpoint', 'SubscriptionCheckpoint');
    }
  }
}
