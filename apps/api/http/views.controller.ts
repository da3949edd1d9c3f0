import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Access } from '#access';
import { Allow } from '#access/http';
import { Engine } from '#event-sourcing';
import { checkPipeline, onlyFreshness, only, STAGES, text, type Parameters } from '#http';
import { ViewAnswers } from './view-answers.js';

const MAX_KEY = 500;

/** Every view of every context: rows, lists, aggregations and reports, and what feeds them. */
@ApiTags('views')
@Controller('views')
export class ViewsController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(ViewAnswers) private readonly answers: ViewAnswers,
    @Inject(Access) private readonly access: Access,
  ) {}

  @ApiOperation({ summary: 'Every view that you may read, with what it shows' })
  @Allow('known')
  @Get()
  all(@Query() parameters: Parameters) {
    only(parameters);
    const { projector } = this.engine;
    const readable = projector.names().map((name) => projector.get(name).view).filter((view) => this.access.control.mayView(view));
    const views = readable.map(({ name, options, reports, computation }) => {
      return {
        name, personal: options.personal ?? [], summary: options.summary, version: options.version, indexes: options.indexes ?? [], computed: computation?.fields ?? [],
        reports: [...reports].map(([report, { summary }]) => ({ name: report, summary, href: `/views/${name}/reports/${report}` })), href: `/views/${name}`,
      };
    });
    return { views: views.sort((a, b) => (a.name < b.name ? -1 : 1)), stages: STAGES };
  }

  @ApiOperation({ summary: 'Rows of a view: filtered, sorted, page by page' })
  @Allow('engine')
  @Get(':view')
  list(@Param('view') view: string, @Query() parameters: Parameters, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answers.list(view, parameters, reply);
  }

  @ApiOperation({ summary: 'One row of a view' })
  @Allow('engine')
  @Get(':view/:key')
  row(@Param('view') view: string, @Param('key') key: string, @Query() parameters: Parameters, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answers.row(view, key, parameters, reply);
  }

  @ApiOperation({ summary: 'A question about all rows of a view at once' })
  @Allow('engine')
  @Get(':view/reports/:report')
  report(@Param('view') view: string, @Param('report') report: string, @Query() parameters: Parameters, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answers.report(view, report, parameters, reply);
  }

  @ApiOperation({ summary: 'A read-only aggregation over a view' })
  @HttpCode(200)
  @Allow('engine')
  @Post(':view/aggregate')
  aggregate(@Param('view') view: string, @Query() parameters: Parameters, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answers.aggregate(view, checkPipeline(body), onlyFreshness(parameters), reply);
  }

  @ApiOperation({ summary: 'Stops feeding a view; it goes on answering from what it has' })
  @HttpCode(200)
  @Allow('operations')
  @Post(':view/pause')
  async pause(@Param('view') view: string, @Query() parameters: Parameters) {
    only(parameters);
    await this.engine.projector.pause(view);
    return this.statusOf(view);
  }

  @ApiOperation({ summary: 'Feeds a view again that was paused or that failed' })
  @HttpCode(200)
  @Allow('operations')
  @Post(':view/resume')
  async resume(@Param('view') view: string, @Query() parameters: Parameters) {
    only(parameters);
    await this.engine.projector.resume(view);
    return this.statusOf(view);
  }

  @ApiOperation({ summary: 'Fills a view anew beside the one that answers, and swaps when it has caught up' })
  @HttpCode(202)
  @Allow('operations')
  @Post(':view/rebuild')
  async rebuild(@Param('view') view: string, @Query() parameters: Parameters) {
    only(parameters);
    await this.engine.projector.rebuild(view);
    return this.statusOf(view);
  }

  @ApiOperation({ summary: 'Folds the documents again that wait as dead letters' })
  @ApiQuery({ name: 'key', required: false, description: 'Only this document; otherwise all of the view.', schema: { type: 'string' } })
  @HttpCode(200)
  @Allow('operations')
  @Post(':view/dead-letters/retry')
  retry(@Param('view') view: string, @Query() parameters: Parameters) {
    only(parameters, 'key');
    return this.engine.projector.retry(view, text(parameters, 'key', MAX_KEY));
  }

  private async statusOf(view: string) {
    const { views } = await this.engine.projector.status();
    return views.find((status) => status.view === view)!;
  }
}
