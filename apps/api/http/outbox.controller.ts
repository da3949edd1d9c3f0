import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Access } from '#access';
import { Allow } from '#access/http';
import { Outbox, type OutboxRow } from '#delivery';
import { Engine, MAX_PAGE, notFound } from '#event-sourcing';
import { integer, one, only, RequestProblem, type Parameters } from '#http';

const DEFAULT_LIMIT = 100;
const STATUSES = ['queued', 'delivered', 'dead'];

/** Messages that leave the firm. */
@ApiTags('operations')
@Controller('outbox')
export class OutboxController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(Outbox) private readonly outbox: Outbox,
    @Inject(Access) private readonly access: Access,
  ) {}

  @ApiOperation({ summary: 'Mails and web hooks, the last first: what was delivered, what waits, what was given up' })
  @ApiQuery({ name: 'status', required: false, schema: { type: 'string', enum: STATUSES } })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_LIMIT } })
  @Allow('engine')
  @Get()
  async list(@Query() parameters: Parameters) {
    only(parameters, 'status', 'limit');
    const status = statusOf(one(parameters, 'status'));
    const limit = integer(parameters, 'limit', 1, MAX_PAGE) ?? DEFAULT_LIMIT;
    const { value, position } = await this.engine.views.find('outbox', { filter: status === undefined ? {} : { status }, sort: { queuedAt: -1 }, limit });
    return { items: value.items, position };
  }

  @ApiOperation({ summary: 'A mail as it is sent (RFC 5322), or the body of a web hook' })
  @Allow('history')
  @Get(':message')
  async message(@Param('message') messageId: string, @Query() parameters: Parameters, @Res({ passthrough: true }) reply: FastifyReply) {
    only(parameters);
    const row = (await this.engine.views.get('outbox', messageId)).value as OutboxRow | undefined;
    const shown = row && this.access.control.reads(row.customerId) ? await this.outbox.text(messageId) : undefined;
    if (shown === undefined) throw notFound('message-not-found', `There is no message ${messageId}.`);
    this.access.control.sawHistory(`outbox/${messageId}`, row!.customerId === undefined ? [] : [row!.customerId]);
    void reply.type('text/plain; charset=utf-8');
    return shown;
  }
}

function statusOf(given: string | undefined): string | undefined {
  if (given === undefined || STATUSES.includes(given)) return given;
  throw new RequestProblem('invalid-request', `status must be one of ${STATUSES.join(', ')}, not "${given}".`);
}
