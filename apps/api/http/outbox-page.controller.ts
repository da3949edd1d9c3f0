import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Allow } from '#access/http';
import { only, type Parameters } from '#http';
import { OUTBOX_PAGE, OUTBOX_SCRIPT } from './outbox-page.js';

const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/** A page to read the outbox in a browser. It is public since it holds nothing: what it shows it asks for with the key that is typed in. */
@ApiTags('operations')
@Controller()
export class OutboxPageController {
  @ApiOperation({ summary: 'A page to read mails and web hooks' })
  @Allow('public')
  @Get('outbox.html')
  page(@Query() parameters: Parameters, @Res() reply: FastifyReply): void {
    only(parameters);
    void reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8').send(OUTBOX_PAGE);
  }

  @ApiExcludeEndpoint()
  @Allow('public')
  @Get('outbox.html/page.js')
  script(@Query() parameters: Parameters, @Res() reply: FastifyReply): void {
    only(parameters);
    void reply.type('text/javascript; charset=utf-8').send(OUTBOX_SCRIPT);
  }
}
