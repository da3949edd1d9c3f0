import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Allow } from '#access/http';
import { Engine, type Filter } from '#event-sourcing';
import { onlyFreshness, RequestProblem, text, type Parameters } from '#http';
import { ViewAnswers } from './view-answers.js';

const MAX_SEARCH = 200;
const MAX_ID = 100;
const ID = { type: 'string', maxLength: MAX_ID } as const;

/** Short ways to the two views that are asked most. */
@ApiTags('customers')
@Controller('customers')
export class CustomersController {
  constructor(
    @Inject(ViewAnswers) private readonly answers: ViewAnswers,
    @Inject(Engine) private readonly engine: Engine,
  ) {}

  @ApiOperation({ summary: 'Searches customers by words of their names, or by id' })
  @ApiQuery({ name: 'q', required: false, description: 'Words that are all in the name, or an id. The other parameters are those of /views/customers.', schema: { type: 'string', maxLength: MAX_SEARCH } })
  @Allow('engine')
  @Get()
  search(@Query() { q, ...parameters }: Parameters, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answers.list('customers', parameters, reply, searchFor(text({ q }, 'q', MAX_SEARCH)));
  }

  @ApiOperation({ summary: 'Everything about one customer: the row of customer_360' })
  @Allow('engine')
  @Get(':id')
  one(@Param('id') id: string, @Query() parameters: Parameters, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.answers.row('customer_360', id, parameters, reply);
  }

  @ApiOperation({ summary: 'What a customer pays for an offering at a moment: a price of their own, or that of the price list' })
  @ApiQuery({ name: 'pricelist', description: 'Whose price counts where the customer has none of their own.', schema: ID })
  @ApiQuery({ name: 'offering', schema: ID })
  @Allow('engine')
  @Get(':id/price')
  async price(@Param('id') customerId: string, @Query() { pricelist, offering, ...parameters }: Parameters) {
    const freshness = onlyFreshness(parameters);
    const [pricelistId, offeringId] = [text({ pricelist }, 'pricelist', MAX_ID), text({ offering }, 'offering', MAX_ID)];
    if (pricelistId === undefined || offeringId === undefined) throw new RequestProblem('invalid-request', 'Name the price list with pricelist and the offering with offering.');
    const own = await this.engine.views.get('customer_prices', `${customerId}/${pricelistId}/${offeringId}`, freshness);
    const list = await this.engine.views.get('price_history', `${pricelistId}/${offeringId}`, freshness);
    const agreed = own.value?.['price'];
    const price = agreed ?? list.value?.['price'];
    if (!price) throw new RequestProblem('not-found', `Price list ${pricelistId} has no price of ${offeringId}, and customer ${customerId} none of their own.`);
    return { item: { customerId, pricelistId, offeringId, price, source: agreed ? 'agreed' : 'list' }, position: Math.min(own.position, list.position) };
  }
}

function searchFor(words: string | undefined): Filter | undefined {
  const patterns = (words ?? '').toLowerCase().split(/\s+/).filter((word) => word !== '').map(literally);
  if (patterns.length === 0) return undefined;
  return { $or: [{ _id: words!.trim() }, { $and: patterns.map((pattern) => ({ searchName: { $regex: pattern } })) }] };
}

const literally = (word: string): string => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
