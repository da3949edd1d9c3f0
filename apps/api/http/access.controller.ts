import { Controller, Get, Inject, Param, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { Access, periodOf, questionsOf, sightingsOf, whoCouldSee } from '#access';
import { Allow } from '#access/http';
import { Engine, MAX_PAGE } from '#event-sourcing';
import { integer, only, text, type Parameters } from '#http';

const MAX_TIME = 40;
const DEFAULT_LIMIT = 100;

/** Who may see what, could have seen it, and saw it. */
@ApiTags('access')
@Controller('access')
export class AccessController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(Access) private readonly access: Access,
  ) {}

  @ApiOperation({ summary: 'Who asks: you, as events will name you, and your roles' })
  @Allow('known')
  @Get('me')
  me(@Query() parameters: Parameters, @Req() { visitor }: FastifyRequest) {
    only(parameters);
    const { subject, until } = visitor!;
    return { subject, ...(until !== undefined && { until }), grants: this.access.memory.rights.grantsOf(subject, new Date().toISOString()) };
  }

  @ApiOperation({ summary: 'Who could have seen a customer on a day or at a moment, by which role, in which views and analyses' })
  @ApiQuery({ name: 'asOf', required: false, description: 'A day (all of it, UTC) or a time. Default: now.', schema: { type: 'string', maxLength: MAX_TIME } })
  @Allow('access')
  @Get('who-could-see/:customer')
  async couldSee(@Param('customer') customer: string, @Query() parameters: Parameters) {
    only(parameters, 'asOf');
    const now = new Date();
    const period = periodOf(text(parameters, 'asOf', MAX_TIME) ?? now.toISOString(), now);
    return { customer, ...period, items: await whoCouldSee(this.engine.events, questionsOf(this.engine.contexts), customer, period) };
  }

  @ApiOperation({ summary: 'Who was shown personal fields of a customer, under its own id or one that it is or was merged with, in which view, and which questions over all customers it may have gone into' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_LIMIT } })
  @Allow('access')
  @Get('who-saw/:customer')
  async saw(@Param('customer') customer: string, @Query() parameters: Parameters) {
    only(parameters, 'limit');
    const limit = integer(parameters, 'limit', 1, MAX_PAGE) ?? DEFAULT_LIMIT;
    await this.access.sightings.flush();
    const after = await this.engine.events.head();
    const ask = (filter: object) => this.engine.views.find('sightings', { filter: { ...filter }, sort: { lastAt: -1 }, limit }, { after });
    const [records, questions] = [await ask(await sightingsOf(this.engine.events, customer)), await ask({ question: { $exists: true } })];
    return { customer, items: records.value.items, questions: questions.value.items, position: records.position };
  }
}
