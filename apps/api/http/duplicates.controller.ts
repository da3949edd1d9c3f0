import { Controller, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyRequest } from 'fastify';
import { Access, asSystem } from '#access';
import { Allow } from '#access/http';
import { findDuplicates } from '#duplicates';
import { Engine, UnknownCommand } from '#event-sourcing';
import { only, type Parameters } from '#http';
import { commandContext } from './request-context.js';

const SUSPECT = 'SuspectDuplicate';

/** Customers that may be one. */
@ApiTags('duplicates')
@Controller('duplicates')
export class DuplicatesController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(Access) private readonly access: Access,
  ) {}

  @ApiOperation({ summary: 'Compares all customers and records which may be the same; the view duplicate_candidates has them' })
  @HttpCode(200)
  @Allow('engine')
  @Post('searches')
  async search(@Query() parameters: Parameters, @Req() request: FastifyRequest) {
    only(parameters);
    const decision = this.engine.commands.byName(SUSPECT);
    if (!decision) throw new UnknownCommand(SUSPECT);
    // Whoever may say it may have it looked for. What is compared is shown to nobody.
    this.access.control.command(decision, {});
    const { commandId: _, ...context } = commandContext(request);
    return asSystem(() => findDuplicates(this.engine, context));
  }
}
