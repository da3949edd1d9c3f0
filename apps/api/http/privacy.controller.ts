import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { plainToInstance } from 'class-transformer';
import { IsIn, IsOptional, Matches, validateSync } from 'class-validator';
import { type FastifyRequest } from 'fastify';
import { Access, recordOf } from '#access';
import { Engine, InvalidCommand } from '#event-sourcing';
import { IsId } from '#event-sourcing/validation';
import { isObject, only, RequestProblem, type Parameters } from '#http';
import { Allow } from '#access/http';
import { ERASURE_REASONS, Erasures, exportOf, SubjectKeys, type ErasureReason } from '#privacy';
import { commandContext } from './request-context.js';

const SUBJECT = /^(customer|contact|lead)-.{1,100}$/su;

/** Whom to erase, and on what ground: one of the ids. */
export class ErasePersonalData {
  @IsOptional() @IsId() customerId?: string;
  @IsOptional() @IsId() contactId?: string;
  @IsOptional() @IsId() leadId?: string;
  @IsIn(ERASURE_REASONS) reason!: ErasureReason;
  /** Where the request is filed. It stays in the log for ever: nothing that names a person. */
  @IsOptional() @Matches(/^[A-Za-z0-9._/:-]{1,64}$/, { message: '$property must be 1 to 64 letters, digits and the signs . _ / : -' })
  reference?: string;
}

const BODY = {
  type: 'object', required: ['reason'], additionalProperties: false,
  properties: {
    customerId: { type: 'string', maxLength: 100 },
    contactId: { type: 'string', maxLength: 100, description: 'In place of customerId: a contact person.' },
    leadId: { type: 'string', maxLength: 100, description: 'In place of customerId: somebody who is known as a lead alone.' },
    reason: { type: 'string', enum: [...ERASURE_REASONS], description: 'The ground, of Article 17 (1) of the GDPR.' },
    reference: { type: 'string', maxLength: 64, description: 'Where the request is filed. It stays in the log for ever: nothing that names a person.' },
  },
  example: { customerId: 'ada', reason: 'request', reference: 'ticket-4711' },
};

/** The rights of those whom the data is about. */
@ApiTags('privacy')
@Controller('privacy')
export class PrivacyController {
  constructor(
    @Inject(Engine) private readonly engine: Engine,
    @Inject(Erasures) private readonly erasures: Erasures,
    @Inject(SubjectKeys) private readonly keys: SubjectKeys,
    @Inject(Access) private readonly access: Access,
  ) {}

  @Allow('privacy')
  @ApiOperation({ summary: 'Erases a person, by every id that they have: destroys the keys, has everything forget, and answers with the certificate. Repeated, it answers with the same' })
  @ApiBody({ schema: BODY as never })
  @HttpCode(200)
  @Post('erasures')
  async erase(@Query() parameters: Parameters, @Body() body: unknown, @Req() request: FastifyRequest) {
    only(parameters);
    const { reason, reference, ...named } = erasureIn(body);
    const [subject] = subjectsIn(named);
    const { actor = 'anonymous' } = commandContext(request);
    return this.erasures.erase({ subject: subject!, reason, ...(reference !== undefined && { reference }), actor });
  }

  @Allow('privacy')
  @ApiOperation({ summary: 'Everything that is held on a person: events and rows of views' })
  @Get('subjects/:subject/export')
  async export(@Param('subject') subject: string, @Query() parameters: Parameters) {
    only(parameters);
    if (!SUBJECT.test(subject)) throw new RequestProblem('invalid-request', `Name the person as customer-<id>, contact-<id> or lead-<id>, not "${subject}".`);
    const exported = await exportOf(this.engine, subject, new Date());
    const [kind, id] = [subject.slice(0, subject.indexOf('-')), subject.slice(subject.indexOf('-') + 1)];
    const record = await recordOf(this.engine, this.engine.aggregate(kind)!, id);
    this.access.control.sawHistory(`access export of a ${kind}`, record === undefined ? [] : [record]);
    return exported;
  }

  @Allow('privacy')
  @ApiOperation({ summary: 'Has the keys of all persons wrapped anew under the master key in force; events are not touched' })
  @HttpCode(200)
  @Post('rotations')
  async rotate(@Query() parameters: Parameters) {
    only(parameters);
    return this.keys.rotate();
  }
}

function erasureIn(body: unknown): ErasePersonalData {
  if (!isObject(body)) throw new RequestProblem('invalid-request', 'The body must be a JSON object with customerId, contactId or leadId, and reason.');
  const erasure = plainToInstance(ErasePersonalData, body);
  const problems = validateSync(erasure, { whitelist: true, forbidNonWhitelisted: true });
  if (problems.length > 0) throw new InvalidCommand('ErasePersonalData', problems.map(({ property, constraints }) => ({ field: property, messages: Object.values(constraints ?? {}) })));
  if (subjectsIn(erasure).length !== 1) throw new RequestProblem('invalid-request', 'Give customerId, contactId or leadId, one of the three.');
  return erasure;
}

const subjectsIn = ({ customerId, contactId, leadId }: Partial<ErasePersonalData>): string[] =>
  Object.entries({ customer: customerId, contact: contactId, lead: leadId }).flatMap(([kind, id]) => (id === undefined ? [] : [`${kind}-${id}`]));
