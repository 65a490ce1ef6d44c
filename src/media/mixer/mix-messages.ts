import type { MixOutput, MixStreamMessage } from '../../contracts';
import type { Tile } from '../../shared/layout';
import type { MixSeat } from '../contract';
import { joinAnnexB } from '../codec/h264/h264';
import type { EncodedVideo } from '../ffmpeg/h264-encoder';
import { streamMessageNal } from '../stream';

/** From one message to the next, ms of media, while nothing changes. */
const EVERY_MS = 1000;

/** What the mix shows now. */
export interface MixContent {
  output: Pick<MixOutput, 'width' | 'height'>;
  tiles: readonly Tile[];
  seats: readonly MixSeat[];
  /** Loudness of a user, 0..1. */
  levelOf: (userId: string) => number;
}

/** Puts what a mix shows into its pictures (MixStreamMessage): once a second, and into the first after a change. */
export class MixMessages {
  private lastMs = -Infinity;

  /** Something else is shown from the next picture on. */
  changed(): void {
    this.lastMs = -Infinity;
  }

  /** @param ms media time of the picture */
  into(frame: EncodedVideo, ms: number, content: MixContent): EncodedVideo {
    if (ms - this.lastMs < EVERY_MS) return frame;
    this.lastMs = ms;
    const nal = streamMessageNal(messageOf(ms, content));
    return { ...frame, data: Buffer.concat([joinAnnexB([nal]), frame.data]) };
  }
}

function messageOf(ms: number, { output, tiles, seats, levelOf }: MixContent): MixStreamMessage {
  const names = new Map(seats.map(({ userId, name }) => [userId, name]));
  return {
    type: 'mix',
    ms: Math.round(ms),
    width: output.width,
    height: output.height,
    tiles: tiles.map(({ userId, source = 'camera', x, y, width, height }) => ({
      ...{ userId, source, name: names.get(userId) ?? '', x, y, width, height },
      level: Math.round(levelOf(userId) * 100) / 100,
    })),
  };
}
