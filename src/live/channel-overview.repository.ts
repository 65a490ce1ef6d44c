import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { type Alarm, type HasOverview, OVERVIEW, type OverviewPart } from '../platform/common';
import type { OverviewFigures } from '../contracts';
import type { Channel } from './channel.entity';
import { streamView, troublesOf } from './host-stream';

type Figures = Pick<OverviewFigures, 'onAir' | 'bypassOnAir' | 'viewers' | 'outBitrate'>;
type Troubled = Pick<Channel, 'id' | 'title' | 'source' | 'hostVideo' | 'stream' | 'relayStatus'>;

const BITRATE = `coalesce((stream->'video'->>'bitrate')::float, 0) + coalesce((stream->'audio'->>'bitrate')::float, 0)`;

/** Counting all channels reads all of them: it is done anew after so many times as long as it took. */
const REST = 200;

/** What operators should know of the channels. */
@Injectable()
export class ChannelOverviewRepository implements HasOverview {
  private counted = { n: 0, untilMs: 0 };

  constructor(@InjectDataSource() private readonly db: DataSource) {}

  async [OVERVIEW](): Promise<OverviewPart> {
    const [channels, figures, troubled] = await Promise.all([this.count(), this.figures(), this.troubled()]);
    return { figures: { channels, ...figures }, alarms: troubled.flatMap(alarmsOf) };
  }

  private async count(): Promise<number> {
    const began = performance.now();
    if (began < this.counted.untilMs) return this.counted.n;
    const [{ n }] = await this.db.query<[{ n: number }]>(
      `SELECT count(*)::int AS n FROM channels WHERE kind = 'host'`,
    );
    const ended = performance.now();
    this.counted = { n, untilMs: ended + REST * (ended - began) };
    return n;
  }

  /** Of live channels, which are few. */
  private async figures(): Promise<Figures> {
    const [row] = await this.db.query<[Figures]>(
      `SELECT (count(*) FILTER (WHERE kind = 'host' AND source <> 'none'))::int AS "onAir",
         (count(*) FILTER (WHERE kind = 'bypass' AND source <> 'none'))::int AS "bypassOnAir",
         coalesce(sum(viewers), 0)::int AS viewers, coalesce(sum(${BITRATE}), 0)::float AS "outBitrate"
       FROM channels WHERE live`,
    );
    return row;
  }

  private troubled(): Promise<Troubled[]> {
    return this.db.query(
      `SELECT id, title, source, host_video AS "hostVideo", stream, relay_status AS "relayStatus"
       FROM channels WHERE live AND in_trouble AND kind = 'host'`,
    );
  }
}

function alarmsOf(channel: Troubled): Alarm[] {
  const { id, title, stream, relayStatus } = channel;
  const base = { subject: { type: 'channel', id, name: title }, channelId: id } as const;
  const { bitrate, usualBitrate } = stream ? streamView(stream) : { bitrate: 0, usualBitrate: null };
  const none = { value: null, expected: null };
  const ofStream = troublesOf(channel).map((code): Alarm => {
    const measured = code === 'low_bitrate' ? { value: bitrate, expected: usualBitrate } : none;
    return { code, ...base, reason: null, ...measured };
  });
  if (relayStatus?.state !== 'retrying') return ofStream;
  return [...ofStream, { code: 'relay_failing', ...base, reason: relayStatus.reason, ...none }];
}
