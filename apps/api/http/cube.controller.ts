import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsBoolean, IsInt, IsObject, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Allow } from '#access/http';
import { Engine } from '#event-sourcing';
import { freshnessOf, only, RequestProblem, text, type Parameters } from '#http';
import { cubeAnswer, cubeDescriptions, martAnswer, type CubeFilter, type Scalar } from '#warehouse';
import { questionIn } from './question-body.js';
import { MOMENT, MomentOfQuestion } from './warehouse-moment.js';
import { WarehouseRight } from './warehouse-right.js';

const MAX_NAMES = 20;
const MAX_TIME = 40;

interface MartOf {
  department: string;
  questions: { name: string; question: object }[];
}

class Drill {
  dimension!: string;
  value!: Scalar;
}

export class QueryCube extends MomentOfQuestion {
  @IsString() @MaxLength(100) cube!: string;
  @IsOptional() @IsArray() @ArrayMaxSize(MAX_NAMES) @IsString({ each: true }) measures?: string[];
  @IsOptional() @IsArray() @ArrayMaxSize(MAX_NAMES) @IsString({ each: true }) by?: string[];
  @IsOptional() @IsObject() where?: Record<string, CubeFilter>;
  @IsOptional() @IsString() pivot?: string;
  @IsOptional() @IsObject() drill?: Drill;
  @IsOptional() @IsString() sort?: string;
  @IsOptional() @IsInt() @Min(0) @Max(100) events?: number;
  @IsOptional() @IsBoolean() subtotals?: boolean;
}

const BODY = {
  type: 'object', required: ['cube'], additionalProperties: false,
  properties: {
    cube: { type: 'string', description: 'GET /cube lists them, with their measures and dimensions.' },
    measures: { type: 'array', items: { type: 'string' } },
    by: { type: 'array', items: { type: 'string' }, description: 'Dimensions to tell apart.' },
    where: { type: 'object', additionalProperties: true, description: 'By dimension: a value, a list of values, null, or { "from": …, "to": … }. One value is a slice, several are a dice.' },
    pivot: { type: 'string', description: 'One of `by`, whose values become columns.' },
    drill: { type: 'object', properties: { dimension: { type: 'string' }, value: {} }, description: 'A cell of a coarse level, shown in the next finer one.' },
    sort: { type: 'string', description: 'A measure or dimension, with a dash for descending.' },
    events: { type: 'integer', minimum: 0, maximum: 100, description: 'Ids of so many events that each cell rests on.' },
    subtotals: { type: 'boolean', default: false, description: 'Sums over the last of `by`, over the last two, and so on to the whole; `over` says which.' },
    ...MOMENT,
  },
  example: { cube: 'purchases', measures: ['amount', 'purchases'], by: ['channel', 'month'], pivot: 'month', asOf: '2026-03-01' },
};

/** Measures by dimensions: slice, dice, drill and pivot, as of any moment. */
@ApiTags('warehouse')
@Controller('cube')
export class CubeController {
  constructor(
    @Inject(WarehouseRight) private readonly right: WarehouseRight,
    @Inject(Engine) private readonly engine: Engine,
  ) {}

  @ApiOperation({ summary: 'Every cube with its measures and dimensions' })
  @Allow('known')
  @Get()
  all(@Query() parameters: Parameters) {
    only(parameters);
    return cubeDescriptions();
  }

  @ApiOperation({ summary: 'What a department looks at: the answers to all questions of its mart, as of one moment' })
  @Allow('engine')
  @Get('marts/:mart')
  async mart(@Param('mart') mart: string, @Query() parameters: Parameters) {
    only(parameters, 'asOf', 'knownAt');
    const warehouse = this.right.warehouse();
    const { value } = await this.engine.views.get('marts', mart, freshnessOf(parameters));
    if (!value) throw new RequestProblem('not-found', `There is no mart ${mart} at that moment. GET /views/marts lists those that there are; DefineMart makes one.`);
    const [asOf, knownAt] = ['asOf', 'knownAt'].map((name) => text(parameters, name, MAX_TIME));
    return { mart, ...(await martAnswer(warehouse, value as unknown as MartOf, { asOf, knownAt })) };
  }

  @ApiOperation({ summary: 'Measures of a cube by dimensions' })
  @ApiBody({ schema: BODY as never })
  @HttpCode(200)
  @Allow('engine')
  @Post('query')
  query(@Query() parameters: Parameters, @Body() body: unknown) {
    return cubeAnswer(this.right.warehouse(), questionIn(QueryCube, parameters, body));
  }
}
