import { H264Depacketizer } from './h264-depacketizer';
import { splitAnnexB } from './h264';
import { packetizeH264 } from './h264-packetizer';
import { opusSamples } from '../audio/opus';

const START = Buffer.from([0, 0, 0, 1]);

describe('H.264 packetizer', () => {
  const units = [
    Buffer.from('67420014', 'hex'),
    Buffer.from('68ce3c80', 'hex'),
    Buffer.concat([Buffer.from([0x65]), Buffer.alloc(3000, 0xab)]),
    Buffer.concat([Buffer.from([0x41]), Buffer.alloc(100, 0xcd)]),
  ];

  it('splits Annex B streams with start codes of three and four bytes', () => {
    const stream = Buffer.concat([START, units[0]!, START.subarray(1), units[2]!, START, units[3]!]);
    expect(splitAnnexB(stream)).toEqual([units[0], units[2], units[3]]);
    expect(splitAnnexB(Buffer.from('no start code'))).toEqual([]);
  });

  it('aggregates small units, fragments large ones, and stays within the size', () => {
    const payloads = packetizeH264(units, 1000);
    expect(payloads.map((payload) => payload[0]! & 0x1f)).toEqual([24, 28, 28, 28, 28, 1]);
    expect(Math.max(...payloads.map((payload) => payload.length))).toBeLessThanOrEqual(1000);
  });

  it('is undone by the depacketizer', () => {
    const payloads = packetizeH264(units);
    const depacketizer = new H264Depacketizer();
    const out = payloads.flatMap((payload, index) =>
      depacketizer.push({ payload, timestamp: 1, marker: index === payloads.length - 1 }),
    );
    expect(out).toHaveLength(1);
    expect(out[0]!.data).toEqual(Buffer.concat(units.flatMap((unit) => [START, unit])));
  });
});

describe('opusSamples', () => {
  it.each([
    ['fc', 960],
    ['fd', 1920],
    ['ff03', 2880],
    ['08', 960],
    ['18', 2880],
    ['e0', 120],
    ['', 0],
    ['ff', 0],
  ])('%s holds %d samples', (packet, samples) => {
    expect(opusSamples(Buffer.from(packet, 'hex'))).toBe(samples);
  });
});
