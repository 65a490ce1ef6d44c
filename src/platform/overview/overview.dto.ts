import { IsIn, ValidateBy } from 'class-validator';
import type { SeriesName } from '../../contracts';
import { MayBeAbsent } from '../common';

const NAMES: Record<SeriesName, true> = {
  ...{ viewers: true, on_air: true, people_in_calls: true, out_bitrate: true },
  ...{ mixer_cpu: true, node_load: true },
};

/** ISO 8601 in the form that Date reads, of years that Postgres takes. */
function isTime(value: unknown): boolean {
  return typeof value === 'string' && /^[12]\d{3}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value));
}

export class SeriesQuery {
  @IsIn(Object.keys(NAMES))
  name: SeriesName;

  /** ISO 8601; default: 24 h ago. */
  @MayBeAbsent()
  @ValidateBy({
    name: 'isTime',
    validator: {
      validate: isTime,
      defaultMessage: () => '$property must be a time, as 2026-11-20T19:00:00Z',
    },
  })
  since?: string;
}
