import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { WAREHOUSE_LIMITS } from '#warehouse';

/** As of which moment, and how many rows. */
export class MomentOfQuestion {
  @IsOptional() @IsString() @MaxLength(40) asOf?: string;
  @IsOptional() @IsString() @MaxLength(40) knownAt?: string;
  @IsOptional() @IsInt() @Min(0) @Max(Number.MAX_SAFE_INTEGER) position?: number;
  @IsOptional() @IsInt() @Min(1) @Max(WAREHOUSE_LIMITS.maxRows) limit?: number;
}

/** The same, described. */
export const MOMENT = {
  asOf: { type: 'string', maxLength: 40, description: 'As it was then: a date (that whole day, UTC) or a time.' },
  knownAt: { type: 'string', maxLength: 40, description: 'As it was known then.' },
  position: { type: 'integer', minimum: 0, description: 'As of this position of the log.' },
  limit: { type: 'integer', minimum: 1, maximum: WAREHOUSE_LIMITS.maxRows, default: WAREHOUSE_LIMITS.rows },
};
