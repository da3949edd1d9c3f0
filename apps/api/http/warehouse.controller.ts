import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min, ValidateBy } from 'class-validator';
import { Allow } from '#access/http';
import { isObject, only, type Parameters } from '#http';
import { WAREHOUSE_LIMITS, type Scalar } from '#warehouse';
import { questionIn } from './question-body.js';
import { WarehouseRight } from './warehouse-right.js';

const MAX_SQL = 100_000;

const isScalar = (value: unknown): value is Scalar => value === null || ['string', 'number', 'boolean'].includes(typeof value);
const areScalars = (value: unknown): boolean => (Array.isArray(value) || isObject(value)) && Object.values(value).every(isScalar);

/** As of which moment, and how many rows. */
export class MomentOfQuestion {
  @IsOptional() @IsString() @MaxLength(40) asOf?: string;
  @IsOptional() @IsString() @MaxLength(40) knownAt?: string;
  @IsOptional() @IsInt() @Min(0) @Max(Number.MAX_SAFE_INTEGER) position?: number;
  @IsOptional() @IsInt() @Min(1) @Max(WAREHOUSE_LIMITS.maxRows) limit?: number;
}

export class QueryWarehouse extends MomentOfQuestion {
  @IsString() @MaxLength(MAX_SQL) sql!: string;
  @IsOptional()
  @ValidateBy({ name: 'scalars', validator: { validate: areScalars, defaultMessage: () => '$property must be a list or an object of texts, numbers, booleans and nulls' } })
  parameters?: Scalar[] | Record<string, Scalar>;
}

export const MOMENT = {
  asOf: { type: 'string', maxLength: 40, description: 'As it was then: a date (that whole day, UTC) or a time.' },
  knownAt: { type: 'string', maxLength: 40, description: 'As it was known then.' },
  position: { type: 'integer', minimum: 0, description: 'As of this position of the log.' },
  limit: { type: 'integer', minimum: 1, maximum: WAREHOUSE_LIMITS.maxRows, default: WAREHOUSE_LIMITS.rows },
};

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
    only(parameters);
    const warehouse = this.right.warehouse();
    return warehouse.query(questionIn(QueryWarehouse, body));
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
