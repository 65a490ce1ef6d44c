import { buildAudioSpecificConfig } from '../codec/audio/aac';
import { silentAacFrame } from '../codec/audio/aac-silence';
import { SoundTrack } from './sound-track';

const PICTURE_MS = 40;
/** 1024 samples at 48 kHz. */
const FRAME_MS = 1024 / 48;
const STEREO = buildAudioSpecificConfig(48_000, 2);
const data = Buffer.from('sound');

let track: SoundTrack;
/** What went out, of the sound. */
let out: { dtsMs: number; silent: boolean }[];
let soundMs: number;
beforeEach(() => {
  track = new SoundTrack();
  out = [];
  soundMs = 0;
});

function picture(pictureMs: number): void {
  for (const unit of track.silenceUntil(pictureMs)) out.push({ dtsMs: unit.dtsMs, silent: true });
}
/** Sound from where it is up to there. */
function hear(untilMs: number): void {
  for (; soundMs + FRAME_MS <= untilMs; soundMs += FRAME_MS) {
    const dtsMs = Math.floor(soundMs);
    if (track.take({ kind: 'audio', dtsMs, data })) out.push({ dtsMs, silent: false });
  }
}
/** Pictures, and sound that comes with them. @param offsetMs how far the sound is ahead of them */
function play(fromMs: number, toMs: number, offsetMs = 0): void {
  for (let ms = fromMs; ms < toMs; ms += PICTURE_MS) {
    picture(ms);
    hear(ms + offsetMs);
  }
}
function pictures(fromMs: number, toMs: number): void {
  for (let ms = fromMs; ms < toMs; ms += PICTURE_MS) picture(ms);
}
/** Largest step between two frames that went out, ms. */
const hole = () => Math.max(...out.slice(1).map(({ dtsMs }, i) => dtsMs - out[i]!.dtsMs));
const silences = () => out.filter(({ silent }) => silent).length;

describe('the sound beside pictures', () => {
  it('is the source’s, as long as it comes', () => {
    track.begin(0, STEREO, true);
    play(0, 10_000);
    expect(silences()).toBe(0);
    expect(hole()).toBeLessThanOrEqual(22);
  });

  it.each([-5000, -900, 0, 900, 5000])(
    'goes on as silence where it stops, %d ms from the pictures',
    (offsetMs) => {
      soundMs = 10_000 + offsetMs;
      track.begin(10_000, STEREO, true);
      play(10_000, 20_000, offsetMs);
      expect(silences()).toBe(0);
      pictures(20_000, 30_000);
      expect(hole()).toBeLessThanOrEqual(22);
      expect(Math.abs(out.at(-1)!.dtsMs - (30_000 + offsetMs))).toBeLessThanOrEqual(100);
    },
  );

  it('is the source’s again when it comes back, without a step back', () => {
    track.begin(0, STEREO, true);
    play(0, 5000);
    pictures(5000, 15_000);
    soundMs = 14_900;
    play(15_000, 20_000);
    expect(hole()).toBeLessThanOrEqual(44);
    expect(Math.min(...out.slice(1).map(({ dtsMs }, i) => dtsMs - out[i]!.dtsMs))).toBeGreaterThan(0);
    expect(out.at(-1)!.silent).toBe(false);
    expect(track.isSilent).toBe(false);
  });

  it('is silence from the first picture on where the source has none', () => {
    track.begin(100, track.silentConfig(null), false);
    pictures(100, 3100);
    expect(out[0]).toEqual({ dtsMs: 100, silent: true });
    expect(silences()).toBe(Math.floor(2960 / FRAME_MS));
  });

  it('waits longer for sound that came late: in bursts of two seconds', () => {
    track.begin(0, STEREO, true);
    for (let ms = 0; ms < 40_000; ms += 2000) {
      pictures(ms, ms + 2000);
      hear(ms + 2000);
    }
    expect(out.slice(-800).every(({ silent }) => !silent)).toBe(true);
  });

  it('keeps what was announced where it can, else 48 kHz stereo', () => {
    const mono = buildAudioSpecificConfig(44_100, 1);
    expect(track.silentConfig(mono)).toBe(mono);
    // Channels given in the stream itself.
    expect(track.silentConfig(Buffer.from([0x11, 0x80]))).toEqual(STEREO);
    track.begin(0, mono, false);
    expect(track.silenceUntil(100)[0]!.data).toEqual(silentAacFrame(1));
  });

  it('makes no more than some seconds at once', () => {
    track.begin(0, STEREO, true);
    expect(track.silenceUntil(3_600_000).length).toBeLessThanOrEqual(5000 / FRAME_MS);
  });
});
