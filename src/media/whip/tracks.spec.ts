import { packetizeH264 } from '../codec/h264/h264-packetizer';
import { parseAvcDecoderConfig } from '../codec/h264/h264';
import type { MediaPacket } from '../webrtc/media-packet';
import type { MediaUnit } from '../stream';
import { VideoTrack } from './video-track';
import { AudioTrack, type AudioCodecs } from './audio-track';
import { LipSync, TrackClock } from './track-clock';

const SPS = Buffer.from('6742e01f8d680a03da6a020202800000030080000019078c1950', 'hex');
const OTHER_SPS = Buffer.from('6742e01f8d680501ed350101014000000300400000', 'hex');
const PPS = Buffer.from('68ce3c80', 'hex');
const kinds = (units: MediaUnit[]): string[] =>
  units.map((unit) => (unit.kind === 'video' && unit.keyframe ? 'key' : unit.kind));

describe('TrackClock', () => {
  const place = (clock: TrackClock, timestamp: number, arrivalMs: number): number => {
    clock.observe(timestamp, arrivalMs);
    return clock.place(timestamp, arrivalMs);
  };

  it('places the first unit at its arrival and the next ones by their timestamps, across the wrap', () => {
    const clock = new TrackClock(90_000, 300);
    expect(place(clock, 0xffff_ffff - 899, 1000)).toBeCloseTo(1000, 0);
    expect(place(clock, 2700, 1077)).toBeCloseTo(1040, 0);
    expect(place(clock, 5400, 1070)).toBeCloseTo(1070, 0);
  });

  it('is not moved by a burst that comes late, but by timestamps that jump', () => {
    const clock = new TrackClock(48_000, 150);
    place(clock, 0, 0);
    expect(place(clock, 960, 1500)).toBeCloseTo(20, 5);
    for (let n = 2; n < 75; n++) expect(place(clock, 960 * n, 1500)).toBeCloseTo(20 * n, 5);
    expect(place(clock, 48_000 * 60, 1600)).toBeCloseTo(1600, 5);
  });
});

describe('LipSync', () => {
  it('moves pictures to where the sender’s reports have them: gently, or at once where everybody sees it', () => {
    const [audio, video] = [new TrackClock(48_000, 150), new TrackClock(90_000, 300)];
    audio.place(0, 0);
    video.place(0, 0);
    const sync = new LipSync(audio, video);
    expect(sync.correctionMs(0)).toBe(0);
    // What is at 0 of both was captured 30 ms apart.
    audio.onSenderReport({ ntpMs: 5000, timestamp: 0 });
    video.onSenderReport({ ntpMs: 5030, timestamp: 0 });
    expect(sync.correctionMs(100)).toBeCloseTo(10, 5);
    expect(sync.correctionMs(200)).toBeCloseTo(20, 5);
    expect(sync.correctionMs(5000)).toBeCloseTo(30, 5);
    video.onSenderReport({ ntpMs: 5330, timestamp: 0 });
    expect(sync.correctionMs(5020)).toBeCloseTo(330, 5);
    video.onSenderReport({ ntpMs: 99_000, timestamp: 0 });
    expect(sync.correctionMs(9000)).toBeCloseTo(330, 5);
  });
});

describe('VideoTrack', () => {
  let units: MediaUnit[];
  let track: VideoTrack;
  let sequence: number;
  beforeEach(() => {
    units = [];
    sequence = 0;
    const clock = new TrackClock(90_000, 300);
    track = new VideoTrack(clock, new LipSync(new TrackClock(48_000, 150), clock), (unit) =>
      units.push(unit),
    );
  });

  /** Packets of a picture at `ms`; with `sps` it is a keyframe. */
  function packets(ms: number, sps?: Buffer): MediaPacket[] {
    const slice = Buffer.concat([Buffer.from([sps ? 0x65 : 0x41]), Buffer.alloc(2000, 7)]);
    const nals = sps ? [sps, PPS, slice] : [slice];
    return packetizeH264(nals).map((payload, i, all) => ({
      sequence: sequence++,
      timestamp: (ms * 90) >>> 0,
      marker: i === all.length - 1,
      payload,
      start: sps !== undefined && i === 0,
    }));
  }
  const send = (all: MediaPacket[], ms: number): void => all.forEach((packet) => track.write(packet, ms));

  it('begins with a keyframe and its configuration, DTS by RTP time', () => {
    send(packets(1000), 1000);
    expect(track.waiting).toBe(true);
    send(packets(1040, SPS), 1050);
    send(packets(1080), 1120);
    expect(kinds(units)).toEqual(['video-config', 'key', 'video']);
    expect(units.map(({ dtsMs }) => dtsMs)).toEqual([1050, 1050, 1090]);
    const config = units[0]!.kind === 'video-config' ? parseAvcDecoderConfig(units[0]!.config) : null;
    expect(config).toMatchObject({ sps: [SPS], pps: [PPS] });
    const key = units[1]!;
    // The slice alone, with its length.
    expect(key.kind === 'video' && key.data.readUInt32BE(0)).toBe(2001);
  });

  it('waits for packets that come late', () => {
    send(packets(0, SPS), 0);
    const [first, ...rest] = packets(40);
    send(rest, 40);
    track.scan(60);
    expect(kinds(units)).toEqual(['video-config', 'key']);
    send([first!], 80);
    expect(kinds(units)).toEqual(['video-config', 'key', 'video']);
  });

  it('lets nothing through between a loss and the next keyframe', () => {
    send(packets(0, SPS), 0);
    send(packets(40).slice(1), 40);
    send(packets(80), 80);
    track.scan(320);
    expect(track.waiting).toBe(true);
    send(packets(360), 360);
    expect(kinds(units)).toEqual(['video-config', 'key']);
    send(packets(400, SPS), 400);
    expect(track.waiting).toBe(false);
    expect(kinds(units)).toEqual(['video-config', 'key', 'key']);
  });

  it('asks for another keyframe when a slice of one is lost', () => {
    send(packets(0, SPS), 0);
    /** A keyframe of three slices, of which the middle one is lost with the parameter sets, or alone. */
    const key = (ms: number, lost: number[]): void => {
      const nals = [SPS, PPS, ...[1, 2, 3].map((n) => Buffer.from([0x65, n, n, n]))];
      const all = nals.map((payload, i) => ({
        sequence: sequence++,
        timestamp: ms * 90,
        marker: i === nals.length - 1,
        payload,
        start: i === 0,
      }));
      send(
        all.filter((_, i) => !lost.includes(i)),
        ms,
      );
    };
    for (const [i, lost] of [[3], [0, 1, 2], [2], [4]].entries()) {
      const ms = 1000 * (i + 1);
      key(ms, lost);
      send(packets(ms + 40), ms + 40);
      track.scan(ms + 300);
      expect(track.waiting).toBe(true);
    }
    expect(kinds(units)).toEqual(['video-config', 'key']);
    key(5000, []);
    expect(track.waiting).toBe(false);
  });

  it('announces other parameter sets right before their keyframe', () => {
    send(packets(0, SPS), 0);
    send(packets(40, OTHER_SPS), 40);
    send(packets(80, OTHER_SPS), 80);
    expect(kinds(units)).toEqual(['video-config', 'key', 'video-config', 'key', 'key']);
  });
});

describe('AudioTrack', () => {
  /** Decodes every packet to 20 ms of the number in its first byte; encodes a block to the sum of its samples' kinds. */
  const codecs: AudioCodecs = {
    createDecoder: () => ({
      decode: (payload) => {
        const plane = new Float32Array(960).fill(payload[0]!);
        return { left: plane, right: plane };
      },
      close: () => undefined,
    }),
    createEncoder: () => {
      const left = new Float32Array(1024);
      return {
        config: Buffer.from([0x11, 0x90]),
        left,
        right: new Float32Array(1024),
        // One block behind, as FFmpeg's.
        encode: (index) => ({
          sample: (index - 1) * 1024,
          data: Buffer.from([left.every((v) => v === 0) ? 0 : 1]),
        }),
        close: () => undefined,
      };
    },
  };
  let units: MediaUnit[];
  const open = (expected = true): AudioTrack => {
    units = [];
    return new AudioTrack(codecs, new TrackClock(48_000, 150), 0, expected, (unit) => units.push(unit));
  };
  const packet = (n: number): MediaPacket => ({
    sequence: n,
    timestamp: n * 960,
    marker: false,
    payload: Buffer.from([1]),
    start: true,
  });
  const audio = (): MediaUnit[] => units.filter(({ kind }) => kind === 'audio');
  const largestStep = (): number =>
    audio().reduce((most, { dtsMs }, i, all) => Math.max(most, dtsMs - (all[i - 1]?.dtsMs ?? dtsMs)), 0);

  it('tells its configuration first, then a block every 21.3 ms by sample time', () => {
    const track = open();
    for (let n = 0; n < 100; n++) track.write(packet(n), n * 20 + (n % 7));
    expect(units[0]).toMatchObject({ kind: 'audio-config', dtsMs: 0 });
    expect(audio()).toHaveLength(Math.floor((100 * 960) / 1024) - 1);
    expect(audio().at(-1)?.dtsMs).toBe(Math.round((91 * 1024) / 48));
    expect(largestStep()).toBeLessThanOrEqual(22);
  });

  it('covers up what is lost, without a hole in time', () => {
    const track = open();
    for (let n = 0; n < 100; n++) {
      if (n < 40 || n >= 45) track.write(packet(n), n * 20);
      track.scan(n * 20);
    }
    expect(largestStep()).toBeLessThanOrEqual(22);
    expect(audio().length).toBeGreaterThan(85);
  });

  it('is silent while nothing comes, and goes on where the sound comes back', () => {
    const track = open();
    for (let ms = 0; ms <= 2000; ms += 20) track.scan(ms);
    expect(audio().length).toBeGreaterThan(60);
    expect(audio().every((unit) => unit.kind === 'audio' && unit.data[0] === 0)).toBe(true);
    for (let n = 0; n < 50; n++) track.write(packet(n), 2020 + n * 20);
    expect(largestStep()).toBeLessThanOrEqual(22);
    expect(audio().at(-1)).toMatchObject({ data: Buffer.from([1]) });
    expect(audio().at(-1)!.dtsMs).toBeGreaterThan(2900);
  });

  it.each([100, 300, 480, 700, 1500, 2900, 5000, 60_000])(
    'after %i ms without sound goes on where the sound belongs, whether its clock ran or stood meanwhile',
    (gap) => {
      for (const stood of [0, gap]) {
        const track = open();
        const clockOf = (ms: number) => (ms < 3000 ? ms : ms - stood);
        for (let ms = 0; ms < 5000 + gap; ms += 20) {
          const n = (ms < 3000 ? ms : ms - gap) / 20;
          if (ms < 3000 || ms >= 3000 + gap) track.write({ ...packet(n), timestamp: clockOf(ms) * 48 }, ms);
          track.scan(ms);
        }
        // Silence is 0 throughout, sound 1; what fades is neither.
        const heard = audio().filter((unit) => unit.kind === 'audio' && unit.data[0] === 1);
        const before = heard.filter(({ dtsMs }) => dtsMs < 3000).at(-1)!.dtsMs;
        const silent = audio().filter((unit) => unit.kind === 'audio' && unit.data[0] === 0);
        const tail = audio().at(-1)!.dtsMs;
        expect({ gap, stood, largestStep: largestStep() <= 22 }).toMatchObject({ largestStep: true });
        // As long as it was, and no sound is lost after it.
        expect(Math.abs(tail - (5000 + gap))).toBeLessThanOrEqual(80);
        expect(Math.abs(before - 3000)).toBeLessThanOrEqual(45);
        expect(silent.every(({ dtsMs }) => dtsMs > 2950 && dtsMs < 3040 + gap)).toBe(true);
      }
    },
  );

  it('is silent from the beginning where no sound was negotiated', () => {
    const track = open(false);
    track.scan(20);
    track.scan(100);
    expect(audio().length).toBeGreaterThan(1);
  });
});
