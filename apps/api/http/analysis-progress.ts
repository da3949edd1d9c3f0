import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Engine, errorFields, type AnalysisProgress as Progress, type Answer, type Log } from '#event-sourcing';
import { addressOf, comment, message, problemOf, PROBLEMS, telling, withHeartbeat } from '#http';
import { API_OPTIONS, type ApiOptions } from '../options.js';

const HEARTBEAT_MS = 15_000;

type Step = { progress: Progress } | { result: Answer<object> };

/** Answers of analyses that take long, as server-sent events: how far it is, then the answer or the problem. */
@Injectable()
export class AnalysisProgress {
  private readonly log: Log;
  private readonly heartbeatMs: number;

  constructor(@Inject(Engine) private readonly engine: Engine, @Inject(API_OPTIONS) { log, heartbeatMs = HEARTBEAT_MS }: ApiOptions) {
    this.log = log;
    this.heartbeatMs = heartbeatMs;
  }

  /** @throws UnknownAnalysis */
  send(request: FastifyRequest, reply: FastifyReply, name: string, ask: (onProgress: (progress: Progress) => void) => Promise<Answer<object>>): void {
    this.engine.analyses.get(name);
    void reply.headers({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' });
    if (request.method === 'HEAD') return void reply.send();
    void reply.send(Readable.from(this.messages(telling(ask), request.id), { objectMode: false }));
  }

  private async *messages(steps: AsyncIterable<Step>, correlationId: string): AsyncGenerator<string> {
    try {
      for await (const step of withHeartbeat(steps, this.heartbeatMs, undefined)) {
        if (!step) yield comment('still at it');
        else if ('progress' in step) yield message({ event: 'progress', data: step.progress });
        else yield message({ event: 'answer', data: { ...step.result.value, position: step.result.position } });
      }
    } catch (error) {
      const { type, detail, more } = problemOf(error);
      const { status, title } = PROBLEMS[type];
      if (status >= 500) this.log.error({ correlationId, ...errorFields(error) }, 'an analysis failed');
      yield message({ event: 'problem', data: { type: addressOf(type), title, status, detail, correlationId, ...more } });
    }
  }
}
