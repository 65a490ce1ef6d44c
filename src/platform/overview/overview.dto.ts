import { IsIn, IsISO8601 } from 'class-validator';
import type { SeriesName } from '../../contracts';
import { MayBeAbsent } from '../common';

const NAMES: Record<SeriesName, true> = {
  ...{ viewers: true, on_air: true, people_in_calls: true, out_bitrate: true },
  ...{ mixer_cpu: true, node_load: true },
};

export class SeriesQuery {
  @IsIn(Object.keys(NAMES))
  name: SeriesName;

  /** ISO 8601; default: 24 h ago. */
  @MayBeAbsent()
  @IsISO8601({ strict: true })
  since?: string;
}
