import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, MaxLength, ValidateBy } from 'class-validator';
import { Allow } from '#access/http';
import { integer, isObject, only, RequestProblem, text, type Parameters } from '#http';
import { type Scalar } from '#warehouse';
import { questionIn } from './question-body.js';
import { MOMENT, MomentOfQuestion } from './warehouse-moment.js';
import { WarehouseRight } from './warehouse-right.js';

const MAX_SQL = 100_000;
const MAX_TIME = 40;

const isScalar = (value: unknown): value is Scalar => value === null || ['string', 'number', 'boolean'].includes(typeof value);
const areScalars = (value: unknown): boolean => (Array.isArray(value) || isObject(value)) && Object.values(value).every(isScalar);

export class QueryWarehouse extends MomentOfQuestion {
  @IsString() @MaxLength(MAX_SQL) sql!: string;
  @IsOptional()
  @ValidateBy({ name: 'scalars', validator: { validate: areScalars, defaultMessage: () => '$property must be a list or an object of texts, numbers, booleans and nulls' } })
  parameters?: Scalar[] | Record<string, Scalar>;
}

const BODY = {
  type: 'object', required: ['sql'], additionalProperties: false,
  properties: {
    sql: { type: 'string', maxLength: MAX_SQL, description: 'One SELECT in the language of DuckDB. GET /warehouse lists the tables.' },
    parameters: { description: 'Values for $1, $2 … or for $name.', oneOf: [{ type: 'array', items: {} }, { type: 'object', additionalProperties: true }] },
    ...MOMENT,
  },
  example: { sql: 'SELECT channel, sum(amount) AS amount, currency FROM fact_purchase GROUP BY ALL', asOf: '2026-03-01' },
};

/** The star schema, in SQL. */
@ApiTags('warehouse')
@Controller('warehouse')
export class WarehouseController {
  constructor(@Inject(WarehouseRight) private readonly right: WarehouseRight) {}

  @ApiOperation({ summary: 'Tables of the star schema, how far it is, and the last loads' })
  @Allow('engine')
  @Get()
  status(@Query() parameters: Parameters) {
    only(parameters);
    return this.right.warehouse().status();
  }

  @ApiOperation({ summary: 'One SELECT over facts and dimensions, read-only, as of any moment' })
  @ApiBody({ schema: BODY as never })
  @HttpCode(200)
  @Allow('engine')
  @Post('query')
  query(@Query() parameters: Parameters, @Body() body: unknown) {
    return this.right.warehouse().query(questionIn(QueryWarehouse, parameters, body));
  }

  @ApiOperation({ summary: 'Why rows of a table say what they say: the events of the purchase, interaction, customer or offering of this key' })
  @Allow('engine')
  @Get('why/:table/:key')
  async why(@Param('table') table: string, @Param('key') key: string, @Query() parameters: Parameters) {
    only(parameters, 'asOf', 'knownAt', 'position');
    const moment = { asOf: text(parameters, 'asOf', MAX_TIME), knownAt: text(parameters, 'knownAt', MAX_TIME), position: integer(parameters, 'position', 0, Number.MAX_SAFE_INTEGER) };
    const answer = await this.right.warehouse().why(table, key, moment);
    if (answer.rows.length === 0) throw new RequestProblem('not-found', `${table} has no row of "${key}" at that moment.`);
    return answer;
  }

  @ApiOperation({ summary: 'Fills the star schema anew beside the one that answers, and swaps when it is done' })
  @HttpCode(200)
  @Allow('operations')
  @Post('rebuild')
  rebuild(@Query() parameters: Parameters) {
    only(parameters);
    return this.right.on().rebuild();
  }
}
