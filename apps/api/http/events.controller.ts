import { Controller, Get, Headers, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Access } from '#access';
import { Allow } from '#access/http';
import { BEGINNING, Engine, MAX_PAGE, type EventFilter, type Position } from '#event-sourcing';
import { integer, list, only, RequestProblem, type Parameters } from '#http';
import { LiveEvents } from './live-events.js';

const DEFAULT_LIMIT = 100;
const NOT_AFTER_THE_END = Number.MAX_SAFE_INTEGER;

const After = () => ApiQuery({ name: 'after', required: false, description: 'Events after this position.', schema: { type: 'integer', minimum: 0 } });
const Types = () => ApiQuery({ name: 'type', required: false, description: 'Only events of these types: with commas, or given more than once.', schema: { type: 'string' } });
const Categories = () => ApiQuery({ name: 'category', required: false, description: 'Only events of these kinds of aggregates: with commas, or given more than once.', schema: { type: 'string' } });

/** The log: all events of all aggregates in global order. */
@ApiTags('events')
@Controller('events')
export class EventsController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(LiveEvents) private readonly live: LiveEvents,
    @Inject(Access) private readonly access: Access,
  ) {}

  @ApiOperation({ summary: 'Events in global order, page by page' })
  @After() @Types() @Categories()
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_LIMIT } })
  @Allow('log')
  @Get()
  async read(@Query() parameters: Parameters) {
    only(parameters, 'after', 'type', 'category', 'limit');
    const after = integer(parameters, 'after', 0, NOT_AFTER_THE_END) ?? BEGINNING;
    this.access.control.sawHistory('the log', []);
    const pageSize = integer(parameters, 'limit', 1, MAX_PAGE) ?? DEFAULT_LIMIT;
    const filter = this.filterOf(parameters);
    await this.refuseBeyondTheEnd('after', after);
    for await (const { events, position, caughtUp } of this.engine.events.readAll({ after, pageSize, ...(filter && { filter }) })) {
      return { events, position, caughtUp, ...(!caughtUp && { next: position }) };
    }
    return { events: [], position: after, caughtUp: true };
  }

  @ApiOperation({ summary: 'Events as they happen (server-sent events)' })
  @After() @Types() @Categories()
  @ApiHeader({ name: 'Last-Event-ID', required: false, description: 'Position to go on after; browsers send it when they reconnect. Goes before `after`; without both, from now on.' })
  @Allow('log')
  @Get('live')
  async follow(@Query() parameters: Parameters, @Headers('last-event-id') last: string | undefined, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    only(parameters, 'after', 'type', 'category');
    const resumed = integer({ 'Last-Event-ID': last }, 'Last-Event-ID', 0, NOT_AFTER_THE_END);
    const after = resumed ?? integer(parameters, 'after', 0, NOT_AFTER_THE_END);
    const filter = this.filterOf(parameters);
    await this.refuseBeyondTheEnd(resumed === undefined ? 'after' : 'Last-Event-ID', after ?? BEGINNING);
    this.access.control.sawHistory('the log', []);
    this.live.send(request, reply, { after: after ?? (await this.head()), ...(filter && { filter }) });
  }

  private head(): Promise<Position> {
    return this.engine.events.head();
  }

  /** Nothing would come, and once something did, what lies before it would be missing. */
  private async refuseBeyondTheEnd(name: string, after: Position): Promise<void> {
    if (after === BEGINNING) return;
    const head = await this.head();
    if (after <= head) return;
    const detail = `${name} is ${after}, and the log ends at ${head}: it is not the log that the position is of, such as one restored from an older backup. Read again from 0, or go on after ${head} where what came between does not matter.`;
    throw new RequestProblem('invalid-request', detail, { code: 'beyond-the-log', head });
  }

  private filterOf(parameters: Parameters): EventFilter | undefined {
    const types = known('type', list(parameters, 'type'), this.engine.eventTypes.all().map(({ name }) => name));
    const categories = known('category', list(parameters, 'category'), this.engine.contexts.flatMap(({ aggregates }) => aggregates.map(({ name }) => name)));
    return types || categories ? { ...(types && { types }), ...(categories && { categories }) } : undefined;
  }
}

/** A misspelt name would find nothing for ever. */
function known(what: string, names: string[] | undefined, all: readonly string[]): string[] | undefined {
  const unknown = names?.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new RequestProblem('invalid-request', `There is no ${what} "${unknown}". GET /aggregates lists all types and categories.`);
  return names;
}
