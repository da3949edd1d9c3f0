import { Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { Allow } from '#access/http';
import { Engine, MAX_PAGE } from '#event-sourcing';
import { integer, only, text, type Parameters } from '#http';
import { commandContext } from './request-context.js';

const DEFAULT_LIMIT = 100;
const MAX_NAME = 200;
const PROCESS = { name: 'process', required: false, description: 'Only of this process.', schema: { type: 'string' } } as const;
const LIMIT = { name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_LIMIT } } as const;

/** How the processes are. */
@ApiTags('operations')
@Controller('processes')
export class ProcessesController {
  constructor(@Inject(Engine) private readonly engine: Engine) {}

  @ApiOperation({ summary: 'How each process is: how far, how many instances run, how many wait for somebody, what is due next' })
  @Allow('status')
  @Get()
  async list(@Query() parameters: Parameters) {
    only(parameters);
    return { processes: await this.engine.processes.status() };
  }

  @ApiOperation({ summary: 'Deadlines that are set, the next one first' })
  @ApiQuery(PROCESS)
  @ApiQuery(LIMIT)
  @Allow('status')
  @Get('deadlines')
  async deadlines(@Query() parameters: Parameters) {
    const rows = await this.engine.processes.deadlines(this.asked(parameters));
    return { items: rows.map(({ process, instanceId, deadline, at, waits }) => ({ process, instanceId, deadline, at, waits })) };
  }

  @ApiOperation({ summary: 'Instances that wait for somebody: they could not react, or a command of theirs was refused' })
  @ApiQuery(PROCESS)
  @ApiQuery(LIMIT)
  @Allow('status')
  @Get('attention')
  async attention(@Query() parameters: Parameters) {
    return { items: await this.engine.processes.instances({ ...this.asked(parameters), attention: true }) };
  }

  @ApiOperation({ summary: 'Has an instance try again that could not react, or sends a command again that was refused' })
  @ApiQuery({ name: 'command', required: false, description: 'Id of the refused command; without it the instance tries again.', schema: { type: 'string' } })
  @Allow('operations')
  @HttpCode(200)
  @Post(':process/:instance/retry')
  async retry(@Param('process') process: string, @Param('instance') instance: string, @Query() parameters: Parameters, @Req() request: FastifyRequest) {
    only(parameters, 'command');
    const { processes } = this.engine;
    const done = await processes.retry(process, instance, text(parameters, 'command', MAX_NAME), commandContext(request));
    const waiting = (await processes.instances({ process, attention: true, limit: MAX_PAGE })).filter((row) => row.instanceId === instance);
    return { done, waiting };
  }

  @ApiOperation({ summary: 'Has a process rest, in every program, until it is resumed' })
  @Allow('operations')
  @HttpCode(200)
  @Post(':process/pause')
  async pause(@Param('process') process: string, @Query() parameters: Parameters, @Req() request: FastifyRequest) {
    only(parameters);
    await this.engine.processes.pause(process, commandContext(request));
    return this.statusOf(process);
  }

  @ApiOperation({ summary: 'Has a process that was paused take up what came meanwhile, and go on' })
  @Allow('operations')
  @HttpCode(200)
  @Post(':process/resume')
  async resume(@Param('process') process: string, @Query() parameters: Parameters, @Req() request: FastifyRequest) {
    only(parameters);
    await this.engine.processes.resume(process, commandContext(request));
    return this.statusOf(process);
  }

  private async statusOf(process: string) {
    return (await this.engine.processes.status()).find((each) => each.process === process)!;
  }

  private asked(parameters: Parameters): { process?: string; limit: number } {
    only(parameters, 'process', 'limit');
    const process = text(parameters, 'process', MAX_NAME);
    return { limit: integer(parameters, 'limit', 1, MAX_PAGE) ?? DEFAULT_LIMIT, ...(process !== undefined && { process: this.engine.processes.get(process).name }) };
  }
}
