import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { plainToInstance } from 'class-transformer';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { Access } from '#access';
import { Allow } from '#access/http';
import { Engine, UnknownCommand, withContext, type CommandResult, type Decision } from '#event-sourcing';
import { isObject, only, RequestProblem, type Parameters } from '#http';
import { commandContext } from './request-context.js';

/** Every command of every context, by the name of its class. */
@ApiTags('commands')
@Controller('commands')
export class CommandsController {
  private readonly decisions: ReadonlyMap<string, Decision>;

  constructor(
    @Inject(Engine) engine: Engine,
    @Inject(CommandBus) private readonly bus: CommandBus,
    @Inject(Access) private readonly access: Access,
  ) {
    this.decisions = new Map(engine.commands.all().map((decision) => [decision.command.name, decision]));
  }

  @ApiOperation({ summary: 'Every command that you may send, with what it is for' })
  @Allow('known')
  @Get()
  list(@Query() parameters: Parameters) {
    only(parameters);
    const commands = [...this.decisions].filter(([, decision]) => this.access.control.mayCommand(decision)).map(([name, { aggregate, options, idField }]) => ({
      name, summary: options.summary, aggregate: aggregate.name, idField, href: `/commands/${name}`,
    }));
    return { commands: commands.sort((a, b) => (a.name < b.name ? -1 : 1)) };
  }

  @ApiOperation({ summary: 'Sends a command' })
  @HttpCode(200)
  @Allow('engine')
  @Post(':name')
  async send(
    @Param('name') name: string,
    @Query() parameters: Parameters,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CommandResult> {
    only(parameters);
    const decision = this.decisions.get(name);
    if (!decision) throw new UnknownCommand(name);
    if (!isObject(body)) throw new RequestProblem('invalid-request', `The body must be a JSON object with the fields of ${name}, sent with Content-Type: application/json.`);
    const context = commandContext(request);
    const command = plainToInstance(decision.command as new () => object, body);
    const result = await this.bus.execute<object, CommandResult>(withContext(command, context));
    const id = (command as Record<string, unknown>)[decision.idField] as string;
    const begun = result.events > 0 && result.revision === result.events - 1;
    void reply.code(begun ? 201 : 200).header('etag', `"${result.revision}"`).header('x-position', result.position);
    if (begun) void reply.header('location', `/aggregates/${decision.aggregate.name}/${encodeURIComponent(id)}`);
    return result;
  }
}
