import { Readable } from 'node:stream';
import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Access } from '#access';
import { Allow } from '#access/http';
import { columnsOf, Engine, parameterNames, type AnalysisAnswer, type AnalysisQuestion, type Series } from '#event-sourcing';
import { analysisQuestion, flag, one, only, RequestProblem, seriesQuestion, type Parameters } from '#http';
import { TABLE_FORMATS } from '#tables';
import { AnalysisProgress } from './analysis-progress.js';

/** Every analysis of every context, as of any moment. */
@ApiTags('analyses')
@Controller('analyses')
export class AnalysesController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(Access) private readonly access: Access,
    @Inject(AnalysisProgress) private readonly progress: AnalysisProgress,
  ) {}

  @ApiOperation({ summary: 'Every analysis that you may ask, with its columns and parameters' })
  @Allow('known')
  @Get()
  all(@Query() parameters: Parameters) {
    only(parameters);
    const analyses = this.engine.analyses.all().filter((analysis) => this.access.control.mayView(analysis));
    return {
      analyses: analyses.map(({ name, options: { version, summary, columns, parameters: type }, compares, explains }) => ({
        name, version, summary, columns: columnsOf(columns), parameters: parameterNames(type), compares, explains, href: `/analyses/${name}`,
      })),
    };
  }

  @ApiOperation({ summary: 'What an analysis finds, now or as of any moment: rows, summary, notes' })
  @Allow('engine')
  @Get(':name')
  async answer(@Param('name') name: string, @Query() parameters: Parameters, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const format = one(parameters, 'format') ?? 'json';
    const table = TABLE_FORMATS[format];
    const question = analysisQuestion(parameters, 'format');
    if (format === 'events') return this.progress.send(request, reply, name, (onProgress) => this.engine.analyses.answer(name, { ...question, onProgress }));
    if (!table && format !== 'json') throw new RequestProblem('invalid-request', `format must be one of json, events, ${Object.keys(TABLE_FORMATS).join(', ')}, not "${format}".`);
    const { value, position } = await this.engine.analyses.answer(name, question);
    void reply.header('x-position', position);
    if (!table) return void (await reply.send({ ...value, position }));
    void reply.header('content-type', table.mediaType).header('content-disposition', `attachment; filename="${name}.${format}"`);
    await reply.send(table.write(value));
  }

  @ApiOperation({ summary: 'Why a row of an analysis says what it says: what each number would be without which events' })
  @Allow('engine')
  @Get(':name/rows/:key')
  async explain(@Param('name') name: string, @Param('key') key: string, @Query() parameters: Parameters, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const format = one(parameters, 'format') ?? 'json';
    if (format !== 'json' && format !== 'events') throw new RequestProblem('invalid-request', `format must be json or events, not "${format}".`);
    const question = analysisQuestion(parameters, 'format');
    const ask = async (onProgress?: AnalysisQuestion['onProgress']) => {
      const { value, position } = await this.engine.analyses.explain(name, key, { ...question, ...(onProgress && { onProgress }) });
      if (!value) throw new RequestProblem('not-found', `${name} has no row "${key}" at that moment, and nothing that it reads tells of it.`);
      return { value: { key, ...value }, position };
    };
    if (format === 'events') return this.progress.send(request, reply, name, ask);
    const { value, position } = await ask();
    await reply.header('x-position', position).send({ ...value, position });
  }

  @ApiOperation({ summary: 'What an analysis would have found at the end of each day; history is folded once' })
  @Allow('engine')
  @Get(':name/series')
  async series(@Param('name') name: string, @Query() parameters: Parameters, @Res() reply: FastifyReply): Promise<void> {
    const format = one(parameters, 'format') ?? 'json';
    if (format !== 'json' && format !== 'jsonl') throw new RequestProblem('invalid-request', `format must be json or jsonl, not "${format}".`);
    const whole = flag(parameters, 'rows');
    const series = await this.engine.analyses.series(name, seriesQuestion(parameters, 'format', 'rows'));
    void reply.header('x-days', series.days);
    if (format === 'jsonl') return void (await reply.header('content-type', 'application/x-ndjson').send(Readable.from(lines(series, whole))));
    const days = [];
    for await (const { day, answer } of series.answers) days.push({ day, answer: whole ? answer : withoutRows(answer) });
    await reply.send({ days });
  }
}

async function* lines({ answers }: Series, whole: boolean): AsyncGenerator<string> {
  for await (const { day, answer } of answers) yield `${JSON.stringify({ day, answer: whole ? answer : withoutRows(answer) })}\n`;
}

function withoutRows({ rows: _, columns: __, plots: ___, ...rest }: AnalysisAnswer) {
  return rest;
}
