import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { Allow } from '#access/http';
import { type Filter } from '#event-sourcing';
import { text, type Parameters } from '#http';
import { ViewAnswers } from './view-answers.js';

const MAX_SEARCH = 200;

/** Short ways to the two views that are asked most. */
@ApiTags('customers')
@Controller('customers')
export class CustomersController {
  constructor(@Inject(ViewAnswers) private readonly answers: ViewAnswers) {}

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
}

function searchFor(words: string | undefined): Filter | undefined {
  const patterns = (words ?? '').toLowerCase().split(/\s+/).filter((word) => word !== '').map(literally);
  if (patterns.length === 0) return undefined;
  return { $or: [{ _id: words!.trim() }, { $and: patterns.map((pattern) => ({ searchName: { $regex: pattern } })) }] };
}

const literally = (word: string): string => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
