import { connectionOf, sampleOf } from './connection';

const report = (bytesSent: number, timestamp: number, rest: Record<string, unknown> = {}) => [
  { type: 'codec' },
  { type: 'outbound-rtp', kind: 'video', timestamp, bytesSent, framesPerSecond: 25 },
  { type: 'outbound-rtp', kind: 'audio', timestamp, bytesSent: 1000 },
  { type: 'remote-inbound-rtp', roundTripTime: 0.038, fractionLost: 0, ...rest },
];

it('is what was sent since the sample before', () => {
  const before = sampleOf(report(100_000, 1000));
  const now = sampleOf(report(350_000, 3000));
  expect(connectionOf(now, before)).toEqual({ grade: 'good', rttMs: 38, fps: 25, bitrate: 1_000_000 });
  expect(connectionOf(before, null).bitrate).toBe(0);
});

it.each([
  [{ roundTripTime: 0.2 }, 'fair'],
  [{ fractionLost: 0.05 }, 'fair'],
  [{ roundTripTime: 0.5 }, 'poor'],
  [{ fractionLost: 0.1 }, 'poor'],
])('with %j is %s', (rest, grade) => {
  expect(connectionOf(sampleOf(report(0, 0, rest)), null).grade).toBe(grade);
});
