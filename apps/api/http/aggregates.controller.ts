import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Access, recordOf } from '#access';
import { Allow } from '#access/http';
import { aggregateOfProcess, Engine, MAX_PAGE, NO_REVISION, type Aggregate, type RecordedEvent } from '#event-sourcing';
import { integer, momentsOf, one, only, RequestProblem, type Parameters } from '#http';

const ID = /^[A-Za-z0-9._:-]{1,100}$/;
const DEFAULT_LIMIT = 100;

/** What commands are decided on, and the events that it came from. */
@ApiTags('aggregates')
@Controller('aggregates')
export class AggregatesController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(Access) private readonly access: Access,
  ) {}

  @ApiOperation({ summary: 'Every kind of aggregate, with its events and commands' })
  @Allow('known')
  @Get()
  all(@Query() parameters: Parameters) {
    only(parameters);
    const decisions = this.engine.commands.all();
    return {
      aggregates: this.engine.contexts.flatMap((context) => [...context.aggregates, ...(context.processes ?? []).map(aggregateOfProcess)].map((aggregate) => ({
        name: aggregate.name,
        context: context.name,
        events: aggregate.eventTypes().map(({ name, version }) => ({ name, version })),
        commands: decisions.filter((decision) => decision.aggregate.name === aggregate.name).map(({ command }) => command.name),
      }))),
    };
  }

  @ApiOperation({ summary: 'The present state of an aggregate, or its state as of a moment, and its revision' })
  @ApiQuery({ name: 'asOf', required: false, description: 'Only what had happened by this date or time counts.', schema: { type: 'string', maxLength: 40 } })
  @ApiQuery({ name: 'knownAt', required: false, description: 'Only what had been recorded by this date or time counts.', schema: { type: 'string', maxLength: 40 } })
  @Allow('history')
  @Get(':type/:id')
  async state(@Param('type') type: string, @Param('id') id: string, @Query() parameters: Parameters, @Res({ passthrough: true }) reply: FastifyReply) {
    only(parameters, 'asOf', 'knownAt');
    const aggregate = this.find(type, id);
    const { moment } = momentsOf(parameters);
    await this.show(aggregate, id);
    const { state, revision, position } = await (moment ? this.engine.pastState(aggregate, id, moment) : this.engine.aggregates.state(aggregate, id));
    if (revision === NO_REVISION) throw missing(type, id, moment ? ' by then' : '');
    void reply.header('etag', `"${revision}"`).header('x-position', position);
    return { type, id, stream: aggregate.streamOf(id), revision, position, state };
  }

  @ApiOperation({ summary: 'Events of an aggregate: what happened, when, by whom and why' })
  @ApiQuery({ name: 'from', required: false, description: 'First revision to read. Default: the first one forwards, the last one backwards.', schema: { type: 'integer', minimum: 0 } })
  @ApiQuery({ name: 'direction', required: false, schema: { type: 'string', enum: ['forwards', 'backwards'], default: 'forwards' } })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_LIMIT } })
  @Allow('history')
  @Get(':type/:id/history')
  async history(@Param('type') type: string, @Param('id') id: string, @Query() parameters: Parameters) {
    only(parameters, 'from', 'direction', 'limit');
    const aggregate = this.find(type, id);
    const stream = aggregate.streamOf(id);
    const from = integer(parameters, 'from', 0, Number.MAX_SAFE_INTEGER);
    const limit = integer(parameters, 'limit', 1, MAX_PAGE) ?? DEFAULT_LIMIT;
    const direction = directionOf(one(parameters, 'direction'));
    await this.show(aggregate, id);
    const events = await this.read(stream, { direction, limit: limit + 1, ...(from !== undefined && { from }) });
    if (events.length === 0 && from === undefined) throw missing(type, id);
    const next = events[limit]?.revision;
    return { type, id, stream, events: events.slice(0, limit), ...(next !== undefined && { next }) };
  }

  private find(type: string, id: string): Aggregate {
    const aggregate = this.engine.aggregate(type);
    if (!aggregate) throw new RequestProblem('not-found', `There is no kind of aggregate "${type}". GET /aggregates lists them.`);
    if (!ID.test(id)) throw new RequestProblem('invalid-request', 'An id has 1 to 100 letters, digits, ".", "_", "-" or ":".');
    return aggregate;
  }

  /** Records that this is shown. @throws RequestProblem it belongs to a record that the visitor may not read: like one that does not exist. */
  private async show(aggregate: Aggregate, id: string): Promise<void> {
    const isAboutAccess = this.engine.contexts.find(({ name }) => name === 'access')?.aggregates.includes(aggregate);
    if (isAboutAccess) return this.access.control.enter('access');
    const record = await recordOf(this.engine, aggregate, id);
    if (!this.access.control.reads(record)) throw missing(aggregate.name, id);
    if (record !== undefined) this.access.control.sawHistory(`history of ${aggregate.name}`, [record]);
  }

  private async read(stream: string, options: { direction: 'forwards' | 'backwards'; from?: number; limit: number }): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = [];
    for await (const page of this.engine.events.readStream(stream, options)) events.push(...page);
    return events;
  }
}

function directionOf(given = 'forwards'): 'forwards' | 'backwards' {
  if (given === 'forwards' || given === 'backwards') return given;
  throw new RequestProblem('invalid-request', `direction must be forwards or backwards, not "${given}".`);
}

function missing(type: string, id: string, when = ''): RequestProblem {
  return new RequestProblem('not-found', `There is no ${type} "${id}": it has no events${when}.`, { type, id });
}
