import { AAC_FRAME, buildAudioSpecificConfig, parseAudioSpecificConfig } from '../codec/audio/aac';
import { silentFrameOf } from '../codec/audio/aac-silence';
import type { AudioUnit } from '../stream';

/** Sound that doesn't come for so long while pictures do has stopped, ms. */
const PATIENCE_MS = 1000;
/** Where it came after all, and late, ms. */
const MAX_PATIENCE_MS = 5000;
/** Silence before one picture at most, ms. */
const MAX_FILL_MS = 5000;

/** What is announced where there are pictures and no sound: AAC-LC, 48 kHz, stereo. */
const SILENT_CONFIG = buildAudioSpecificConfig(48_000, 2);

/**
 * The sound that goes out beside pictures. It begins with them and never ends before them: players that were told of a
 * sound track stand still at its end, and take none that comes later. Where a source has no sound, or it stops, silence
 * goes out as it was announced; sound that comes back begins behind the silence.
 */
export class SoundTrack {
  private silentFrame: Buffer | null = null;
  /** Duration of a frame, ms. */
  private frameMs = 0;
  /** End of what went out, ms. */
  private endMs = 0;
  /** End of the silence that went out last, ms. */
  private silenceEndMs = -Infinity;
  /** When sound came last: DTS of the picture before it, and how far it was behind that, ms. */
  private heardMs = 0;
  private lagMs = 0;
  private pictureMs = 0;
  private patienceMs = PATIENCE_MS;

  /** Does silence go out now? */
  get isSilent(): boolean {
    return this.silenceEndMs >= this.endMs;
  }

  /** What is announced for a source without sound. @param current AudioSpecificConfig of the channel; null: there is none yet */
  silentConfig(current: Buffer | null): Buffer {
    return current && silentFrameOf(current) ? current : SILENT_CONFIG;
  }

  /**
   * A source goes on the air.
   * @param startMs DTS of its first frame
   * @param config AudioSpecificConfig from now on
   * @param hasSound false: as far as is known it has none
   */
  begin(startMs: number, config: Buffer, hasSound: boolean): void {
    this.silentFrame = silentFrameOf(config);
    this.frameMs = (AAC_FRAME * 1000) / (parseAudioSpecificConfig(config)?.sampleRate ?? Infinity);
    this.endMs = Math.max(startMs, this.endMs);
    this.silenceEndMs = hasSound ? -Infinity : this.endMs;
    this.heardMs = this.pictureMs = startMs;
    this.lagMs = startMs - this.endMs;
    this.patienceMs = PATIENCE_MS;
  }

  /** A frame of the source; false where silence went out in its place. */
  take({ dtsMs }: AudioUnit): boolean {
    if (dtsMs < this.silenceEndMs) {
      const lateMs = this.silenceEndMs - dtsMs;
      this.patienceMs = Math.min(MAX_PATIENCE_MS, Math.max(this.patienceMs, PATIENCE_MS + lateMs));
      return false;
    }
    this.endMs = dtsMs + this.frameMs;
    this.heardMs = this.pictureMs;
    this.lagMs = this.pictureMs - this.endMs;
    return true;
  }

  /** The silence that is due before a picture. @param pictureMs its DTS */
  silenceUntil(pictureMs: number): AudioUnit[] {
    this.pictureMs = pictureMs;
    const data = this.silentFrame;
    if (!data || (!this.isSilent && pictureMs - this.heardMs < this.patienceMs)) return [];
    const units = this.fill(data, pictureMs - this.lagMs);
    this.silenceEndMs = this.endMs;
    return units;
  }

  /**
   * The silence before a picture whose sound is left out. Browsers drop the pictures up to the next keyframe where the
   * sound has a hole. @param pictureMs its DTS
   */
  bridgeTo(pictureMs: number): AudioUnit[] {
    const { silentFrame, isSilent } = this;
    if (!silentFrame || isSilent) return this.silenceUntil(pictureMs);
    this.heardMs = this.pictureMs = pictureMs;
    return this.fill(silentFrame, pictureMs);
  }

  private fill(data: Buffer, untilMs: number): AudioUnit[] {
    this.endMs = Math.max(this.endMs, untilMs - MAX_FILL_MS);
    const units: AudioUnit[] = [];
    for (; this.endMs + this.frameMs <= untilMs; this.endMs += this.frameMs)
      units.push({ kind: 'audio', dtsMs: Math.floor(this.endMs), data });
    return units;
  }
}
