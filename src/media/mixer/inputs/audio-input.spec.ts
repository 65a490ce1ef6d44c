import { msToNtp } from '../../codec/rtp/rtcp';
import type { RtpPacket } from '../../codec/rtp/rtp';
import { AUDIO_BLOCK_SAMPLES as BLOCK, AUDIO_RATE, type AudioDecoder } from '../../codec/audio/pcm';
import { AudioInput } from './audio-input';
import { MIN_DELAY_MS, PlayoutClock } from '../../playout/playout-clock';

const FRAME = 960;
const HZ = 500;
const START = 4_294_900_000; // the RTP timestamp wraps during the test
const sine = (n: number) => 0.5 * Math.sin((2 * Math.PI * HZ * n) / AUDIO_RATE);

/** The "encoded" packet is its frame number; decoding gives that piece of an endless sine. */
const decoder: AudioDecoder = {
  decode(payload) {
    if (payload.length !== 4) return null;
    const from = payload.readUInt32BE(0) * FRAME;
    const samples = Float32Array.from({ length: FRAME }, (_, i) => sine(from + i));
    return { left: samples, right: samples.slice() };
  },
  close: () => undefined,
};
function packet(frame: number, garbage = false): RtpPacket {
  const payload = Buffer.alloc(garbage ? 3 : 4);
  if (!garbage) payload.writeUInt32BE(frame);
  return {
    payload,
    sequenceNumber: (60_000 + frame) & 0xffff,
    timestamp: (START + frame * FRAME) % 2 ** 32,
    marker: false,
    payloadType: 111,
    ssrc: 1,
    csrcs: [],
    extension: null,
    padding: 0,
  };
}

interface Scenario {
  seconds?: number;
  /** ms of arrival of a frame, null: lost. */
  arrival?: (frame: number) => number | null;
  input?: AudioInput;
  garbage?: (frame: number) => boolean;
}
const newInput = () => new AudioInput(new PlayoutClock(), decoder);
/** Runs packets and reads in order of time; returns what was read, all blocks joined. */
function play({ seconds = 5, arrival, input = newInput(), garbage }: Scenario = {}): Float32Array {
  const frames = Array.from({ length: seconds * 50 }, (_, frame) => ({
    frame,
    at: arrival ? arrival(frame) : frame * 20,
  }))
    .filter((entry): entry is { frame: number; at: number } => entry.at !== null)
    .sort((a, b) => a.at - b.at);
  const blocks = Math.floor((seconds * AUDIO_RATE) / BLOCK);
  const out = new Float32Array(blocks * BLOCK);
  let next = 0;
  for (let block = 0; block < blocks; block++) {
    const atMs = (block * BLOCK * 1000) / AUDIO_RATE;
    for (; next < frames.length && frames[next]!.at <= atMs; next++) {
      const { frame, at } = frames[next]!;
      input.onRtp(packet(frame, garbage?.(frame)), at);
    }
    input.read(atMs, out.subarray(block * BLOCK, (block + 1) * BLOCK), new Float32Array(BLOCK));
  }
  return out;
}
function roughness(samples: Float32Array): number {
  let worst = 0;
  for (let i = 2; i < samples.length; i++) {
    worst = Math.max(worst, Math.abs(samples[i]! - 2 * samples[i - 1]! + samples[i - 2]!));
  }
  return worst;
}
const rms = (samples: Float32Array) => Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
/** A hard edge would be up to 0.5; the sine itself has 0.002, and mirrored where it is steepest 0.065. */
const CLICK = 0.07;

describe('AudioInput', () => {
  it('gives the sound back sample by sample, delayed', () => {
    const out = play();
    const settled = out.subarray(AUDIO_RATE);
    const delay = Math.round((MIN_DELAY_MS * AUDIO_RATE) / 1000);
    for (let i = 0; i < settled.length; i += 101) {
      expect(settled[i]!).toBeCloseTo(sine(AUDIO_RATE + i - delay), 5);
    }
  });

  it('reordering within the delay is not heard', () => {
    const out = play({ arrival: (frame) => frame * 20 + (frame % 5 === 0 ? 22 : 0) });
    expect(roughness(out.subarray(AUDIO_RATE))).toBeLessThan(CLICK);
    expect(rms(out.subarray(AUDIO_RATE))).toBeCloseTo(0.3536, 2);
  });

  it('loss dips, without clicks, and is counted', () => {
    const input = newInput();
    const out = play({ input, arrival: (frame) => (frame % 20 === 10 ? null : frame * 20) });
    expect(roughness(out)).toBeLessThan(CLICK);
    expect(rms(out.subarray(AUDIO_RATE))).toBeGreaterThan(0.32);
    expect(rms(out.subarray(AUDIO_RATE))).toBeLessThan(0.352);
    expect(input.packetsLost).toBeGreaterThan(8);
  });

  it('what is sent again comes in time once the delay has grown', () => {
    const input = newInput();
    const out = play({ input, seconds: 8, arrival: (frame) => frame * 20 + (frame % 20 === 10 ? 65 : 0) });
    const settled = out.subarray(3 * AUDIO_RATE);
    expect(roughness(settled)).toBeLessThan(0.01);
    expect(rms(settled)).toBeCloseTo(0.3536, 3);
    expect(input.packetsLost).toBeLessThan(5);
  });

  it('a packet that the decoder refuses is a hole, not an end', () => {
    const out = play({ garbage: (frame) => frame % 25 === 0 });
    expect(rms(out.subarray(AUDIO_RATE))).toBeGreaterThan(0.3);
  });

  it.each([1.0005, 0.9995])('a sender whose clock runs at %f stays in time, without clicks', (speed) => {
    const input = newInput();
    const out = play({ input, seconds: 25, arrival: (frame) => (frame * 20) / speed });
    const tail = out.subarray(out.length - 5 * AUDIO_RATE);
    expect(roughness(tail)).toBeLessThan(CLICK);
    expect(rms(tail)).toBeCloseTo(0.3536, 2);
    expect(input.packetsLost).toBe(0);
  });

  it('follows at once when the clock steps, as pictures do', () => {
    const clock = new PlayoutClock();
    const numbers = (from: number) => Float32Array.from({ length: FRAME }, (_, i) => from + i);
    const counting: AudioDecoder = {
      ...decoder,
      decode: (payload) => {
        const from = payload.readUInt32BE(0) * FRAME;
        return { left: numbers(from), right: numbers(from) };
      },
    };
    const input = new AudioInput(clock, counting);
    const ntpMs = 1_700_000_000_000;
    const counts = { packetCount: 0, octetCount: 0, reports: [] };
    input.onSenderReport({ type: 'sr', ssrc: 1, ntp: msToNtp(ntpMs), rtpTimestamp: START, ...counts });
    play({ seconds: 0.5, input });
    const before = clock.playoutMs(ntpMs);
    // A picture that took longer.
    clock.observe(ntpMs + 420, 480);
    expect(clock.playoutMs(ntpMs) - before).toBeGreaterThan(25);
    const left = new Float32Array(BLOCK);
    const next = Math.floor((0.5 * AUDIO_RATE) / BLOCK);
    const atMs = (next * BLOCK * 1000) / AUDIO_RATE;
    input.read(atMs, left, new Float32Array(BLOCK));
    // The old place is faded out within the block; its last sample is one of the new place.
    const due = (atMs - clock.playoutMs(ntpMs)) * 48 + BLOCK - 1;
    expect(Math.abs(left[BLOCK - 1]! - due)).toBeLessThan(48);
  });

  it('silence, then sound again: no clicks at either end', () => {
    const out = play({ arrival: (frame) => (frame >= 100 && frame < 170 ? null : frame * 20) });
    expect(roughness(out)).toBeLessThan(CLICK);
    expect(rms(out.subarray(2.5 * AUDIO_RATE, 3 * AUDIO_RATE))).toBe(0);
    expect(rms(out.subarray(4 * AUDIO_RATE))).toBeCloseTo(0.3536, 2);
  });

  /** Its clock says nothing of the gap (`stood`), or all; gaps are as long as what a browser sends in it is short. */
  const gaps = [100, 300, 700, 980, 1500, 1900, 2900, 5000, 60_000];
  it.each(gaps.flatMap((gap) => [true, false].map((stood) => [gap, stood ? 'stands' : 'runs'] as const)))(
    'a gap of %i ms in which the clock %s costs nothing of what is said after it',
    (gap, clock) => {
      const ramp: AudioDecoder = {
        decode: (payload) => {
          const from = payload.readUInt32BE(0) * FRAME;
          const samples = Float32Array.from({ length: FRAME }, (_, i) => from + i);
          return { left: samples, right: samples.slice() };
        },
        close: () => undefined,
      };
      const input = new AudioInput(new PlayoutClock(), ramp);
      const [before, after] = [350, 250];
      const left = new Float32Array(BLOCK);
      let frame = 0;
      const heard: { ms: number; sample: number }[] = [];
      for (
        let block = 0, ms = 0;
        ms < before * 20 + gap + after * 20;
        ms = (++block * BLOCK * 1000) / AUDIO_RATE
      ) {
        for (; ; frame++) {
          const captured = frame * 20 + (frame < before ? 0 : gap);
          if (captured + 5 > ms || frame >= before + after) break;
          const ticks = clock === 'stands' ? frame * 20 : captured;
          input.onRtp({ ...packet(frame), timestamp: (START + ticks * 48) % 2 ** 32 }, captured + 5);
        }
        if (!input.read(ms, left, new Float32Array(BLOCK))) continue;
        for (let i = 0; i < BLOCK; i += 48) heard.push({ ms: ms + i / 48, sample: left[i]! });
      }
      // Up to 10 ms are faded.
      const said = heard.filter(({ sample }) => sample >= before * FRAME + 480);
      const off = said.map(({ ms, sample }) => ms - 5 - MIN_DELAY_MS - (sample / 48 + gap));
      // Of the first sound no more than 40 ms are cut.
      expect(said[0]!.sample / 48 - before * 20).toBeLessThanOrEqual(40);
      expect(off.filter((ms) => Math.abs(ms) > 40)).toEqual([]);
      expect(said.length).toBeGreaterThan(after * 20 - 150);
    },
  );

  it('reads nothing before sound has come and after it was closed', () => {
    const input = newInput();
    const block = () => input.read(0, new Float32Array(BLOCK), new Float32Array(BLOCK));
    expect(block()).toBe(false);
    input.onRtp(packet(0), 0);
    input.onSenderReport({
      type: 'sr',
      ssrc: 1,
      ntp: msToNtp(1_700_000_000_000),
      rtpTimestamp: START,
      packetCount: 1,
      octetCount: 1,
      reports: [],
    });
    expect(block()).toBe(true);
    input.close();
    input.close();
    expect(block()).toBe(false);
  });
});
