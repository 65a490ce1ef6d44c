import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import type { PlayerProtocol, QualityReport, ViewedHandOver } from '../contracts';
import { MayBeAbsent, PageQuery } from '../platform/common';

/** What one report may be about, ms. */
const MAX_PLAYED_MS = 120_000;
/** Who waits for longer waits for a channel that isn't on the air. */
const MAX_MS = 3_600_000;
/** In the time of one report, with 200 ms each. */
const MAX_STALLS = MAX_PLAYED_MS / 200;
const MAX_HAND_OVERS = 20;
/** As the column of versions has it. */
const MAX_VERSION = 2 ** 31 - 1;

/** ISO 8601, as far as Date knows it, with its zone. */
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

function IsMoment(): PropertyDecorator {
  const validate = (value: unknown) =>
    typeof value === 'string' && MOMENT.test(value) && !Number.isNaN(Date.parse(value));
  const defaultMessage = () => '$property must be a moment, e.g. 2026-11-20T19:00:00Z';
  return ValidateBy({ name: 'isMoment', validator: { validate, defaultMessage } });
}

export class ViewedHandOverDto implements ViewedHandOver {
  @IsInt()
  @Min(1)
  @Max(MAX_VERSION)
  sourceVersion: number;

  @IsNumber()
  @Min(0)
  @Max(MAX_MS)
  gapMs: number;
}

export class QualityReportDto implements QualityReport {
  @IsIn(['flv', 'hls', 'native-hls'])
  protocol: PlayerProtocol;

  @IsNumber()
  @Min(1)
  @Max(MAX_PLAYED_MS)
  playedMs: number;

  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  @Max(MAX_MS)
  startMs?: number;

  @IsInt()
  @Min(0)
  @Max(MAX_STALLS)
  stalls: number;

  @IsNumber()
  @Min(0)
  @Max(MAX_PLAYED_MS)
  stalledMs: number;

  @MayBeAbsent()
  @IsNumber()
  @Min(0)
  @Max(MAX_MS)
  latencyMs?: number;

  @IsArray()
  @ArrayMaxSize(MAX_HAND_OVERS)
  @ArrayUnique((handOver: ViewedHandOverDto | null) => handOver?.sourceVersion)
  @IsObject({ each: true })
  @ValidateNested({ each: true })
  @Type(() => ViewedHandOverDto)
  handOvers: ViewedHandOverDto[];
}

export class QualityQuery extends PageQuery {
  /** Nothing from before this moment, e.g. `2026-11-20T19:00:00Z`. */
  @MayBeAbsent()
  @IsMoment()
  since?: string;
}
