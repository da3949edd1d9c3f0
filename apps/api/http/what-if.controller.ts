import { Body, Controller, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Allow } from '#access/http';
import { Engine } from '#event-sourcing';
import { whatIf, type Parameters } from '#http';

/** What would be by other policies than those that are published. */
@ApiTags('what if')
@Controller('what-if')
export class WhatIfController {
  constructor(@Inject(Engine) private readonly engine: Engine) {}

  @ApiOperation({ summary: 'Which rows of a view or an analysis would be others by policies that nobody has published, and why; nothing is stored' })
  @HttpCode(200)
  @Allow('engine')
  @Post(':view')
  async changes(@Param('view') view: string, @Query() parameters: Parameters, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply) {
    const { value, position } = await whatIf(this.engine, view, body, parameters);
    void reply.header('x-position', position);
    return { ...value, position };
  }
}
