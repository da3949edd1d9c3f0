import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Allow } from '#access/http';
import { Engine, momentFrom, type Span } from '#event-sourcing';
import { differencesOf, only, RequestProblem, text, type Parameters } from '#http';

const SPAN = ['from', 'to', 'fromKnownAt', 'toKnownAt'];
const MAX_TIME = 40;

/** What is different between two moments, and why. */
@ApiTags('changes')
@Controller('changes')
export class ChangesController {
  constructor(@Inject(Engine) private readonly engine: Engine) {}

  @ApiOperation({ summary: 'Which rows of a view entered, left or changed between two moments' })
  @Allow('engine')
  @Get(':view')
  async list(@Param('view') view: string, @Query() parameters: Parameters, @Res({ passthrough: true }) reply: FastifyReply) {
    only(parameters, ...SPAN, 'fields', 'limit', 'cursor');
    const { value, position } = await this.engine.views.differences(view, spanOf(parameters), differencesOf(parameters));
    void reply.header('x-position', position);
    return { ...value, position };
  }

  @ApiOperation({ summary: 'What changed in a row between two moments: field by field, and each change with its event, actor and cause' })
  @Allow('engine')
  @Get(':view/:key')
  async row(@Param('view') view: string, @Param('key') key: string, @Query() parameters: Parameters, @Res({ passthrough: true }) reply: FastifyReply) {
    only(parameters, ...SPAN);
    const { value, position } = await this.engine.views.changes(view, key, spanOf(parameters));
    void reply.header('x-position', position);
    return { ...value, position };
  }
}

/** @throws RequestProblem no earlier moment is named. @throws InvalidQuery one is no time. */
function spanOf(parameters: Parameters): Span {
  const [from, to, fromKnownAt, toKnownAt] = SPAN.map((name) => text(parameters, name, MAX_TIME));
  if (from === undefined && fromKnownAt === undefined) throw new RequestProblem('invalid-request', 'Name the earlier moment: from=2026-01-01 (what had happened by then), or fromKnownAt (what was known then). to and toKnownAt name the later one, now where they are left out.');
  return { from: momentFrom({ asOf: from, knownAt: fromKnownAt }), to: momentFrom({ asOf: to, knownAt: toKnownAt }) };
}
