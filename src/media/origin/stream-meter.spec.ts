import { StreamMeter } from './stream-meter';

/** A publisher that sends so many bytes a second from one second to another, in ten parts. */
function send(
  meter: StreamMeter,
  fromS: number,
  untilS: number,
  bytes: { video?: number; audio?: number },
): void {
  for (let at = fromS * 1000; at < untilS * 1000; at += 100) {
    const { video = 0, audio = 0 } = bytes;
    if (video > 0) meter.take({ kind: 'video', data: Buffer.alloc(video / 10) }, at);
    if (audio > 0) meter.take({ kind: 'audio', data: Buffer.alloc(audio / 10) }, at);
  }
}
const usual = { video: 100_000, audio: 10_000 };

describe('StreamMeter', () => {
  it('measures the last six whole seconds', () => {
    const meter = new StreamMeter(0);
    expect(meter.read(500)).toMatchObject({ video: 0, audio: 0, usual: null });
    send(meter, 0, 6, usual);
    expect(meter.read(6500)).toMatchObject({ video: 800_000, audio: 80_000 });
    send(meter, 6, 12, { video: 50_000, audio: 10_000 });
    expect(meter.read(12_000)).toMatchObject({ video: 400_000, audio: 80_000 });
  });

  it('knows what is usual after half a minute', () => {
    const meter = new StreamMeter(0);
    send(meter, 0, 29, usual);
    expect(meter.read(29_900).usual).toBeNull();
    send(meter, 29, 60, usual);
    expect(meter.read(60_000).usual).toBe(880_000);
  });

  it('says that it is low after ten seconds below half of what is usual, until it isn’t', () => {
    const meter = new StreamMeter(0);
    send(meter, 0, 60, usual);
    send(meter, 60, 64, { video: 20_000, audio: 10_000 });
    expect(meter.read(64_000).isLow).toBe(false);
    send(meter, 64, 70, { video: 20_000, audio: 10_000 });
    expect(meter.read(70_000).isLow).toBe(true);
    // What is low is not what is usual, however long.
    send(meter, 70, 400, { video: 20_000, audio: 10_000 });
    expect(meter.read(400_000)).toMatchObject({ isLow: true, usual: 880_000 });
    send(meter, 400, 410, usual);
    expect(meter.read(410_000).isLow).toBe(false);
  });

  it('takes what was low for ten minutes for what the encoder sends now', () => {
    const meter = new StreamMeter(0);
    send(meter, 0, 60, usual);
    send(meter, 60, 800, { video: 20_000, audio: 10_000 });
    expect(meter.read(800_000)).toMatchObject({ isLow: false, usual: 240_000 });
  });

  it('takes neither a scene with little in it nor large keyframes for a low bitrate', () => {
    const meter = new StreamMeter(0);
    for (let second = 0; second < 120; second++) {
      send(meter, second, second + 1, { video: second % 4 === 0 ? 400_000 : 50_000 });
      expect(meter.read((second + 1) * 1000).isLow).toBe(false);
    }
    send(meter, 120, 125, { video: 5000 });
    expect(meter.read(125_000).isLow).toBe(false);
  });

  it('hears which track has stopped', () => {
    const meter = new StreamMeter(0);
    send(meter, 0, 10, usual);
    send(meter, 10, 14, { video: 100_000 });
    expect(meter.read(14_800)).toMatchObject({ hasPicture: true, hasSound: true });
    send(meter, 15, 20, { video: 100_000 });
    expect(meter.read(19_900)).toMatchObject({ hasPicture: true, hasSound: false });
    for (const at of [22_000, 24_000, 26_000, 28_000]) meter.read(at);
    expect(meter.read(30_000)).toMatchObject({ hasPicture: false, hasSound: false });
  });

  it('doesn’t take a pause of its own process for one of the publisher', () => {
    const meter = new StreamMeter(0);
    send(meter, 0, 60, usual);
    const before = meter.read(60_000);
    expect(meter.read(75_000)).toEqual({ ...before, hasPicture: true, hasSound: true });
    send(meter, 75, 80, usual);
    expect(meter.read(80_000)).toMatchObject({ isLow: false, video: 800_000 });
  });
});
