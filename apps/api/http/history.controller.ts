import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Access } from '#access';
import { Allow } from '#access/http';
import { Engine } from '#event-sourcing';
import { customerHistory, exported, HISTORY_FORMATS, MEDIA_TYPES, type HistoryFormat } from '#history';
import { one, only, RequestProblem, type Parameters } from '#http';

/** Everything that was recorded of one customer. */
@ApiTags('audit')
@Controller('audit/history')
export class HistoryController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(Access) private readonly access: Access,
  ) {}

  @Allow('audit')
  @ApiOperation({ summary: 'The full history of a customer across all streams: each event with its times, actor, cause and effects, what it changed, and what became of it' })
  @ApiQuery({ name: 'format', required: false, schema: { type: 'string', enum: [...HISTORY_FORMATS], default: 'json' } })
  @Get(':customerId')
  async history(@Param('customerId') customerId: string, @Query() parameters: Parameters, @Res() reply: FastifyReply): Promise<void> {
    only(parameters, 'format');
    const format = formatOf(one(parameters, 'format') ?? 'json');
    const history = await customerHistory(this.engine, customerId);
    if (!history) throw new RequestProblem('not-found', `Nothing was ever recorded of a customer "${customerId}".`);
    this.access.control.sawHistory('full history', history.sameAs);
    const name = `history-${customerId.replaceAll(/[^\w.-]/g, '_')}.${format}`;
    void reply.header('content-type', MEDIA_TYPES[format]).header('x-position', history.position);
    if (format === 'csv' || format === 'jsonl') void reply.header('content-disposition', `attachment; filename="${name}"`);
    if (format === 'html') void reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'");
    await reply.send(exported(history, format));
  }
}

function formatOf(given: string): HistoryFormat {
  const format = HISTORY_FORMATS.find((each) => each === given);
  if (!format) throw new RequestProblem('invalid-request', `format must be one of ${HISTORY_FORMATS.join(', ')}, not "${given}".`);
  return format;
}
