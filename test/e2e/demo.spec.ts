import type { ChannelView, DemoStarted, DemoView, PlaybackView } from '../../src/contracts';
import { startApp, type TestApp } from '../support/app/app-process';
import { FlvCapture } from '../support/media/flv-capture';
import { until } from '../support/waiting/until';
import { probeCapture } from './support/probe-capture';

jest.setTimeout(180_000);

/** Hz: what the synthetic host and guest sound like (src/demo/demo.ts). */
const TONES = [523, 659];

describe('the console’s demo', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  it('puts a synthetic host and guest on the air, once however often it is asked for, and ends', async () => {
    const admin = await app.token('admin', 'Admin', 'admin');
    const starts = await Promise.all(
      [1, 2].map(() => app.api<DemoStarted>('POST', '/v1/demo', undefined, admin)),
    );
    expect(starts.map(({ status }) => status)).toEqual([202, 202]);
    const [{ channelId }, again] = starts.map(({ body }) => body) as [DemoStarted, DemoStarted];
    expect(again.channelId).toBe(channelId);

    const path = `/v1/channels/${channelId}`;
    await until(
      async () => (await app.api<ChannelView>('GET', path, undefined, admin)).body.source === 'mix',
      60_000,
    );
    const { flv } = (await app.api<PlaybackView>('GET', `${path}/playback`, undefined, admin)).body;
    const viewer = await FlvCapture.openWhenOnAir(flv);
    await viewer.play(3000);
    viewer.stop();
    const probe = await probeCapture(viewer);
    expect(TONES.filter((tone) => probe.share(tone, 1.5, 1) < 0.12)).toEqual([]);

    expect((await app.api('DELETE', '/v1/demo', undefined, admin)).status).toBe(204);
    expect((await app.api<DemoView>('GET', '/v1/demo', undefined, admin)).body.running).toBe(false);
  });

  it('is for admins', async () => {
    const viewer = await app.token('vera', 'Vera');
    expect((await app.api('POST', '/v1/demo', undefined, viewer)).status).toBe(403);
  });
});
