import { Injectable, type INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { type Engine } from '#event-sourcing';
import { ANSWERS } from './answers.js';
import { CommandSchemas } from './command-schemas.js';
import { expanded, viewsOf } from './expansion.js';
import { completed, type PathItem } from './operations.js';
import { problemResponses } from './problem-responses.js';
import { RowSchemas } from './rows.js';

const ABOUT = `Commands change customers, views show them, and the log keeps everything that happened.

- **Commands** are answered once their events are stored. Send an \`Idempotency-Key\`, and a repeated command happens once.
- **Views** follow the log. Give the \`position\` of a command's answer as \`after\`, and the view's answer includes it.
- **Nobody is anonymous.** Every request shows a key or a token: \`Authorization: Bearer …\`; the button "Authorize" takes it.
- **Errors** are problem+json (RFC 9457): \`detail\` says what to change, \`type\` is an address that explains the kind.`;

/** This API as OpenAPI 3.1: routes from the controllers, commands and their schemas from their classes, views from their definitions. */
@Injectable()
export class ApiDocument {
  private json = '';

  /** The document as JSON. */
  get text(): string {
    return this.json;
  }

  describe(app: INestApplication, engine: Engine, version: string): void {
    const config = new DocumentBuilder().setOpenAPIVersion('3.1.0').setTitle('Guanxi').setDescription(ABOUT).setVersion(version)
      .setLicense('MIT', 'https://spdx.org/licenses/MIT.html').addServer('/')
      .addBearerAuth({ type: 'http', scheme: 'bearer', description: "A key (gx_…) or a token of the identity provider. The first start of the server says where the administrator's key is." }, 'key').addSecurityRequirements('key').build();
    const operationIdFactory = (controller: string, method: string) => `${controller.replace(/Controller$/, '')}_${method}`;
    const base = SwaggerModule.createDocument(app, config, { operationIdFactory });
    const rows = new RowSchemas();
    const rowSchemas = rows.schemasOf(viewsOf(engine));
    const commands = new CommandSchemas([...Object.keys(ANSWERS), ...Object.keys(rowSchemas)]);
    const paths = Object.entries(base.paths as unknown as Record<string, PathItem>).flatMap(([path, item]) => {
      const complete = Object.entries(item).map(([method, operation]) => [method, completed(operation)] as const);
      return expanded(path, Object.fromEntries(complete), engine, { commands, rows });
    });
    const components = { ...base.components, schemas: { ...ANSWERS, ...rowSchemas, ...commands.schemas }, responses: problemResponses() };
    this.json = JSON.stringify({ ...base, paths: Object.fromEntries(paths), components });
  }
}
