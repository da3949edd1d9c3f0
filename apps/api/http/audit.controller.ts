import { Readable } from 'node:stream';
import { Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Access } from '#access';
import { Allow } from '#access/http';
import { Audit, bundleOf, HistoryChanged, proofAnswer, consistencyAnswer, headAnswer, type Selection } from '#audit';
import { MAX_PAGE } from '#event-sourcing';
import { integer, one, only, RequestProblem, text, type Parameters } from '#http';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const POSITION = /^[1-9]\d{0,15}$/;
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z)?$/;
const DEFAULT_LIMIT = 100;
const MAX_ID = 100;

const Size = (name: string, description: string) => ApiQuery({ name, required: true, description, schema: { type: 'integer', minimum: 0 } });
const Time = (name: string, description: string) => ApiQuery({ name, required: false, description, schema: { type: 'string', examples: ['2026-01-31', '2026-01-31T12:00:00.000Z'] } });

/** What proves that the log was not changed. */
@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(
    @Inject(Audit) private readonly audit: Audit,
    @Inject(Access) private readonly access: Access,
  ) {}

  @ApiOperation({ summary: 'The latest signed head of the log, and the public key' })
  @Allow('audit')
  @Get('head')
  async head(@Query() parameters: Parameters) {
    only(parameters);
    const head = await this.audit.heads.latest();
    if (!head) throw new RequestProblem('not-found', 'No head was made yet. POST /audit/heads makes one.');
    return { ...headAnswer(head), publicKey: this.audit.publicKey };
  }

  @ApiOperation({ summary: 'Signs the log as it is now; where nothing came since the latest head, answers with that' })
  @HttpCode(200)
  @Allow('audit')
  @Post('heads')
  async makeHead(@Query() parameters: Parameters) {
    only(parameters);
    return { ...headAnswer(await told(this.audit.makeHead())), publicKey: this.audit.publicKey };
  }

  @ApiOperation({ summary: 'Signed heads, the newest first' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_LIMIT } })
  @Allow('audit')
  @Get('heads')
  async heads(@Query() parameters: Parameters) {
    only(parameters, 'limit');
    const { heads, invalid, total } = await this.audit.heads.list(integer(parameters, 'limit', 1, MAX_PAGE) ?? DEFAULT_LIMIT);
    return { heads: heads.reverse().map(headAnswer), total, invalid: invalid.length, publicKey: this.audit.publicKey };
  }

  @ApiOperation({ summary: 'Proof that an event, named by its id or position, is in the log as it is stored' })
  @Allow('audit')
  @Get('events/:event')
  async prove(@Param('event') which: string, @Query() parameters: Parameters) {
    only(parameters);
    if (!UUID.test(which) && !POSITION.test(which)) throw new RequestProblem('invalid-request', 'Name an event by its id, a UUID in lower case, or by its position.');
    this.access.control.sawHistory(`proof of event ${which}`, []);
    const proof = await told(this.audit.prove(UUID.test(which) ? which : Number(which)));
    if (!proof) throw new RequestProblem('not-found', UUID.test(which) ? `The log has no event with the id ${which}.` : `The log has no event at position ${which}.`);
    return { ...proofAnswer(proof), publicKey: this.audit.publicKey };
  }

  @ApiOperation({ summary: 'Proof that the log of one size is the beginning of the log of another' })
  @Size('from', 'Events of the earlier head.') @Size('to', 'Events of the later head.')
  @Allow('audit')
  @Get('consistency')
  async consistency(@Query() parameters: Parameters) {
    only(parameters, 'from', 'to');
    return consistencyAnswer(await told(this.audit.consistency(size(parameters, 'from'), size(parameters, 'to'))));
  }

  @ApiOperation({ summary: 'Events of a customer or a period with their proofs, to be checked by the verifier that comes with `guanxi audit bundle`' })
  @ApiQuery({ name: 'customer', required: false, description: 'Id of the customer.', schema: { type: 'string', maxLength: MAX_ID } })
  @Time('from', 'Events recorded from this time on, UTC.') @Time('to', 'Events recorded before this time, UTC.')
  @Allow('audit')
  @Get('bundle')
  async bundle(@Query() parameters: Parameters, @Res() reply: FastifyReply): Promise<void> {
    only(parameters, 'customer', 'from', 'to');
    const selection = selectionOf(parameters);
    this.access.control.sawHistory(`bundle of ${JSON.stringify(selection)}`, 'customer' in selection ? [selection.customer] : []);
    const lines = bundleOf(this.audit, selection)[Symbol.asyncIterator]();
    // What is wrong with the log is told before the answer begins.
    const first = await told(lines.next());
    void reply.header('content-type', 'application/x-ndjson').header('content-disposition', 'attachment; filename="bundle.jsonl"').send(Readable.from(following(first, lines), { objectMode: false }));
  }
}

async function* following(first: IteratorResult<string>, rest: AsyncIterator<string>): AsyncGenerator<string> {
  for (let line = first; !line.done; line = await rest.next()) yield line.value;
}

function size(parameters: Parameters, name: string): number {
  const given = integer(parameters, name, 0, Number.MAX_SAFE_INTEGER);
  if (given === undefined) throw new RequestProblem('invalid-request', `Give ${name}: the size of a head.`);
  return given;
}

function selectionOf(parameters: Parameters): Selection {
  const customer = text(parameters, 'customer', MAX_ID);
  const [from, to] = [time(parameters, 'from'), time(parameters, 'to')];
  if ((customer === undefined) === (from === undefined && to === undefined)) throw new RequestProblem('invalid-request', 'Give customer, or from and to, or one of these two.');
  return customer !== undefined ? { customer } : { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

/** In the form of recorded times. */
function time(parameters: Parameters, name: string): string | undefined {
  const value = one(parameters, name);
  if (value === undefined) return undefined;
  const date = TIME.test(value) ? new Date(value) : undefined;
  if (!date || Number.isNaN(date.getTime())) throw new RequestProblem('invalid-request', `${name} must be a day or a time in UTC, such as 2026-01-31 or 2026-01-31T12:00:00.000Z, not "${value}".`);
  return date.toISOString();
}

/** What the caller should know of why it could not be done. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof HistoryChanged) throw new RequestProblem('wrong-state', error.message, { code: 'history-changed' });
    if (error instanceof RangeError) throw new RequestProblem('invalid-request', error.message);
    throw error;
  }
}
