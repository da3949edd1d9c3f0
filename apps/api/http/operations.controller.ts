import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Allow } from '#access/http';
import { Engine, MAX_PAGE } from '#event-sourcing';
import { integer, only, text, type Parameters } from '#http';
import { LiveEvents } from './live-events.js';

const DEFAULT_LIMIT = 100;
const MAX_KEY = 500;

/** How the projectors are. */
@ApiTags('operations')
@Controller()
export class OperationsController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(LiveEvents) private readonly live: LiveEvents,
  ) {}

  @ApiOperation({ summary: 'How far each view is, and what is wrong' })
  @Allow('status')
  @Get('status')
  async status(@Query() parameters: Parameters) {
    only(parameters);
    const status = await this.engine.projector.status();
    const deadLetters = status.views.reduce((sum, view) => sum + view.deadLetters, 0);
    return { head: status.head, ...(status.trouble !== undefined && { trouble: status.trouble }), deadLetters, liveStreams: this.live.count, views: status.views };
  }

  @ApiOperation({ summary: 'Documents that wait because a fold failed or the store does not take them, with the event and the error' })
  @ApiQuery({ name: 'view', required: false, description: 'Only of this view.', schema: { type: 'string' } })
  @ApiQuery({ name: 'key', required: false, description: 'Only this document.', schema: { type: 'string' } })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_LIMIT } })
  @Allow('status')
  @Get('dead-letters')
  async deadLetters(@Query() parameters: Parameters) {
    only(parameters, 'view', 'key', 'limit');
    const view = text(parameters, 'view', MAX_KEY);
    const key = text(parameters, 'key', MAX_KEY);
    const limit = integer(parameters, 'limit', 1, MAX_PAGE) ?? DEFAULT_LIMIT;
    const { projector } = this.engine;
    const views = view === undefined ? projector.names() : [projector.get(view).name];
    const all = (await Promise.all(views.map((name) => projector.deadLetters(name)))).flat();
    const found = all.filter((letter) => key === undefined || letter.key === key);
    return { items: found.slice(0, limit), total: found.length };
  }
}
