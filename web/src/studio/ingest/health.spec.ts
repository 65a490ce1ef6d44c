import type { HostStreamView, StreamView } from '../../contracts';
import { factsOf } from './health';

const stream: HostStreamView = {
  ...{ width: 1920, height: 1080, fps: 60, keyframeIntervalMs: 2000 },
  ...{ warnings: [], measured: null },
};
const bitrate = (bits: number) => `${bits} b`;

it('says what is known, and nothing else', () => {
  expect(factsOf(stream, bitrate)).toEqual([
    { what: 'picture', value: '1920×1080 · 60 fps', tone: null },
    { what: 'gop', value: '2.0 s', tone: 'ok' },
  ]);
  expect(factsOf({ ...stream, width: 0, keyframeIntervalMs: 0 }, bitrate)).toEqual([]);
});

it('marks keyframes that are more than 4 s apart', () => {
  expect(factsOf({ ...stream, keyframeIntervalMs: 4500 }, bitrate)).toContainEqual({
    ...{ what: 'gop', value: '4.5 s', tone: 'warn' },
  });
});

it('has what the server measured', () => {
  const measured: StreamView = {
    transport: 'rtmp',
    bitrate: 6_000_000,
    usualBitrate: null,
    video: { codec: 'h264', profile: 'high', width: 1920, height: 1080, fps: 60, bitrate: 5_900_000 },
    audio: { codec: 'aac', sampleRate: 48_000, channels: 2, bitrate: 100_000 },
  };
  const values = factsOf({ ...stream, measured }, bitrate).map(({ value }) => value);
  expect(values).toEqual(['6000000 b', '1920×1080 · 60 fps', '2.0 s', 'H264 · high', 'AAC · 48 kHz', 'RTMP']);
});
