import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsInt, IsObject, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Allow } from '#access/http';
import { only, type Parameters } from '#http';
import { cubeAnswer, cubeDescriptions, type CubeFilter, type Scalar } from '#warehouse';
import { questionIn } from './question-body.js';
import { MOMENT, MomentOfQuestion } from './warehouse.controller.js';
import { WarehouseRight } from './warehouse-right.js';

const MAX_NAMES = 20;

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
    ...MOMENT,
  },
  example: { cube: 'purchases', measures: ['amount', 'purchases'], by: ['channel', 'month'], pivot: 'month', asOf: '2026-03-01' },
};

/** Measures by dimensions: slice, dice, drill and pivot, as of any moment. */
@ApiTags('warehouse')
@Controller('cube')
export class CubeController {
  constructor(@Inject(WarehouseRight) private readonly right: WarehouseRight) {}

  @ApiOperation({ summary: 'Every cube with its measures and dimensions' })
  @Allow('known')
  @Get()
  all(@Query() parameters: Parameters) {
    only(parameters);
    return cubeDescriptions();
  }

  @ApiOperation({ summary: 'Measures of a cube by dimensions' })
  @ApiBody({ schema: BODY as never })
  @HttpCode(200)
  @Allow('engine')
  @Post('query')
  query(@Query() parameters: Parameters, @Body() body: unknown) {
    only(parameters);
    const warehouse = this.right.warehouse();
    return cubeAnswer(warehouse, questionIn(QueryCube, body));
  }
}
