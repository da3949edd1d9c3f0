import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Allow } from '#access/http';
import { addressOf, only, PROBLEMS, RequestProblem, type Parameters, type ProblemType } from '#http';
import { ApiDocument } from '../openapi/api-document.js';

/** What the page loads, all of it from here. */
const FILES: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};
const UI = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Guanxi API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
    <link rel="icon" href="/docs/favicon-32x32.png">
  </head>
  <body>
    <div id="page"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;
const START = `window.onload = () => SwaggerUIBundle({ url: '/openapi.json', dom_id: '#page', deepLinking: true, filter: true, docExpansion: 'none', tryItOutEnabled: true, validatorUrl: null });\n`;

/** The description of this API for programs and for people. */
@ApiTags('documentation')
@Controller()
export class DocsController {
  constructor(@Inject(ApiDocument) private readonly document: ApiDocument) {}

  @ApiOperation({ summary: 'This API as OpenAPI 3.1' })
  @Allow('public')
  @Get('openapi.json')
  openapi(@Query() parameters: Parameters, @Res() reply: FastifyReply): void {
    only(parameters);
    void reply.type('application/json; charset=utf-8').send(this.document.text);
  }

  @ApiOperation({ summary: 'Every kind of error, with its status and what to do' })
  @Allow('known')
  @Get('problems')
  problems(@Query() parameters: Parameters) {
    only(parameters);
    return { problems: Object.keys(PROBLEMS).map((type) => explained(type as ProblemType)) };
  }

  @ApiOperation({ summary: 'One kind of error' })
  @Allow('known')
  @Get('problems/:type')
  problem(@Param('type') type: string, @Query() parameters: Parameters) {
    only(parameters);
    if (Object.hasOwn(PROBLEMS, type)) return explained(type as ProblemType);
    throw new RequestProblem('not-found', `There is no kind of problem "${type}". GET /problems lists them.`);
  }

  @ApiExcludeEndpoint()
  @Allow('public')
  @Get()
  home(@Res() reply: FastifyReply): void {
    void reply.redirect('/docs', 302);
  }

  @ApiOperation({ summary: 'A page to try this API' })
  @Allow('public')
  @Get('docs')
  page(@Res() reply: FastifyReply): void {
    void reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8').send(PAGE);
  }

  @ApiExcludeEndpoint()
  @Allow('public')
  @Get('docs/:file')
  file(@Param('file') name: string, @Res() reply: FastifyReply): void {
    if (name === 'start.js') return void reply.type('text/javascript; charset=utf-8').send(START);
    if (!Object.hasOwn(FILES, name)) throw new RequestProblem('not-found', `The page has no file "${name}".`);
    void reply.header('cache-control', 'public, max-age=3600').type(FILES[name]!).send(createReadStream(join(UI, name)));
  }
}

const explained = (type: ProblemType) => ({ type: addressOf(type), ...PROBLEMS[type] });
