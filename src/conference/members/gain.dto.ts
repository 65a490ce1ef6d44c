import { applyDecorators } from '@nestjs/common';
import { IsNumber, Max, Min } from 'class-validator';
import { MayBeAbsent } from '../../platform/common';

/** Twice as loud, + 6 dB. */
const MAX_GAIN = 2;

/** How loud somebody is in a mix: 0 to 2, 1 as they come. */
export function IsGain(): PropertyDecorator {
  return applyDecorators(MayBeAbsent(), IsNumber(), Min(0), Max(MAX_GAIN));
}
