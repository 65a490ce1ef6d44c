import { jpegOfKeyframe } from '../../../src/media/ffmpeg/keyframe-picture';
import type { MediaNode } from '../../../src/media/node';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { startTestNode } from '../../support/media/media-node';
import { type FfmpegPush, startPush } from '../../support/media/rtmp-pusher';
import { until } from '../../support/waiting/until';

let node: MediaNode;
let push: FfmpegPush | undefined;
beforeEach(async () => {
  node = await startTestNode();
});
afterEach(async () => {
  await push?.stop();
  await node.close();
});

const ask = (headers: Record<string, string> = {}, token = 'control') =>
  fetch(`http://127.0.0.1:${node.httpPort}/control/channels/room/keyframe`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
const stream = () => node.hub.snapshot()[0]?.stream;

it('gives control the newest keyframe, and measures what comes in', async () => {
  expect((await ask()).status).toBe(404);
  push = await startPush({
    ...{ url: `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=host.1`, color: '0x2040c0', tone: 440 },
    ...{ width: 640, height: 360, fps: 25, gop: 25, sampleRate: 44_100, profile: 'main', bframes: 2 },
  });
  await until(() => node.hub.keyframe('room') !== null);
  expect((await ask({}, 'wrong')).status).toBe(401);
  const response = await ask();
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'video/h264']);
  const image = await loadImage(jpegOfKeyframe(Buffer.from(await response.arrayBuffer()), 160));
  const context = createCanvas(160, 90).getContext('2d');
  context.drawImage(image, 0, 0);
  const [red, green, blue] = context.getImageData(80, 45, 1, 1).data;
  for (const [seen, sent] of [
    [red, 0x20],
    [green, 0x40],
    [blue, 0xc0],
  ])
    expect(Math.abs(seen! - sent!)).toBeLessThanOrEqual(8);

  // Until the next keyframe it is the same one.
  const [first, again] = [await ask(), await ask()];
  const known = await ask({ 'if-none-match': again.headers.get('etag')! });
  const isSame = first.headers.get('etag') === again.headers.get('etag');
  expect([200, 304]).toContain(known.status);
  expect(isSame || known.status === 304).toBe(true);

  await until(() => (stream()?.audio?.bitrate ?? 0) > 0);
  expect(stream()).toMatchObject({
    transport: 'rtmp',
    video: { codec: 'h264', profile: 'main', width: 640, height: 360, fps: 25 },
    audio: { codec: 'aac', sampleRate: 44_100 },
    warnings: ['b_frames'],
  });
  const { video, audio } = stream()!;
  expect(video!.bitrate).toBeGreaterThan(1000);
  expect(audio!.bitrate).toBeGreaterThan(10_000);
  expect(audio!.bitrate).toBeLessThan(200_000);
  await push.stop();
  expect((await ask()).status).toBe(404);
});
