import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Allow } from '#access/http';
import { Engine } from '#event-sourcing';
import { type Metrics } from '#telemetry';

export const METRICS = Symbol('metrics of the process');

const PATIENCE_MS = 2_000;

interface Check {
  ok: boolean;
  why?: string;
}

/** For those who watch the process. */
@ApiTags('operations')
@Controller()
export class HealthController {
  /** Views that have caught up once: that they fall behind for a moment later is no reason to send requests elsewhere. */
  private readonly caughtUp = new Set<string>();

  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(METRICS) private readonly measured: Metrics,
  ) {}

  @ApiOperation({ summary: 'The process runs' })
  @Allow('public')
  @Get('health/live')
  live() {
    return { status: 'ok' };
  }

  @ApiOperation({ summary: 'The stores answer and the views are fed: 200, otherwise 503 with the reasons' })
  @Allow('public')
  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const [events, documents, views] = await Promise.all([
      answers(() => this.engine.events.head()),
      answers(() => this.engine.documents.listCollections()),
      this.views(),
    ]);
    const checks = { events, documents, views };
    const ok = Object.values(checks).every((check) => check.ok);
    void reply.code(ok ? 200 : 503);
    return { status: ok ? 'ok' : 'unavailable', checks };
  }

  @ApiOperation({ summary: 'Metrics in the text format of Prometheus' })
  @Allow('status')
  @Get('metrics')
  async metrics(@Res() reply: FastifyReply): Promise<void> {
    void reply.type(this.measured.contentType).send(await this.measured.text());
  }

  private async views(): Promise<Check> {
    const told = await within(this.engine.projector.status());
    if (told instanceof Error) return { ok: false, why: 'status is not known' };
    if (told.trouble !== undefined) return { ok: false, why: 'the log cannot be read, trying again' };
    for (const { view, state } of told.views) if (state !== 'catching-up' && state !== 'failed') this.caughtUp.add(view);
    const failed = told.views.filter(({ state }) => state === 'failed').map(({ view }) => `${view} has failed`);
    const behind = told.views.filter(({ view, state }) => state === 'catching-up' && !this.caughtUp.has(view)).map(({ view }) => `${view} is catching up`);
    return failed.length + behind.length === 0 ? { ok: true } : { ok: false, why: [...failed, ...behind].join(', ') };
  }
}

async function answers(ask: () => Promise<unknown>): Promise<Check> {
  return (await within(ask())) instanceof Error ? { ok: false, why: 'does not answer' } : { ok: true };
}

/** The answer, or the error where there is none in time. */
function within<T>(question: Promise<T>): Promise<T | Error> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(new Error('no answer in time')), PATIENCE_MS);
    question.then(resolve, (error: unknown) => resolve(error instanceof Error ? error : new Error(String(error)))).finally(() => clearTimeout(timer));
  });
}
