/** What the host is told of the stream that their encoder sends. */
import type { ChannelView, StreamWarning } from '../../../src/contracts';
import type { StreamSnapshot } from '../../../src/media/contract';
import { ControlPlane } from '../../support/fixtures/control-plane';
import { until as untilTrue } from '../../support/waiting/until';

let control: ControlPlane;
beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api' });
}, 60_000);
afterAll(() => control.stop());

it('rare keyframes are told to the host, once, and to no viewer', async () => {
  const { id } = await control.api.must<ChannelView>('host', 'POST', 'channels', { title: 'Show' });
  const host = await control.online('host', id);
  const viewer = await control.online('viewer', id);
  const seenBy = async (user: string) =>
    (await control.api.must<ChannelView>(user, 'GET', `channels/${id}`)).hostStream;
  const told = () => host.signals.flatMap(([name, p]) => (name === 'live:host-stream' ? [p.hostStream] : []));
  expect(await seenBy('host')).toBeNull();

  await control.push(id);
  await control.node.keyframesEvery(id, 4000);
  await control.node.keyframesEvery(id, 4500);
  await control.node.keyframesEvery(id, 6000);
  const picture = { width: 320, height: 240, fps: 15 };
  await host.until(([name]) => name === 'live:host-stream');
  expect(told()).toMatchObject([{ ...picture, warnings: ['long_gop'] }]);

  const sent = { ...picture, keyframeIntervalMs: 6000, warnings: ['long_gop'], measured: null };
  await untilTrue(async () => (await seenBy('host'))?.keyframeIntervalMs === 6000);
  expect(await seenBy('host')).toEqual(sent);
  expect(await seenBy('admin')).toEqual(sent);
  expect(await seenBy('viewer')).toBeNull();

  await control.node.unpublish(id, 'host');
  await host.until(([name, p]) => name === 'live:host-stream' && p.hostStream === null);
  expect(told()).toHaveLength(2);
  expect(viewer.signals.map(([name]) => name)).not.toContain('live:host-stream');
  expect(await seenBy('host')).toBeNull();
});

it('what was measured is shown to the owner and admins, of the mix too', async () => {
  const { id } = await control.api.must<ChannelView>('host', 'POST', 'channels', { title: 'Show' });
  const host = await control.online('host', id);
  const view = (user: string) => control.api.must<ChannelView>(user, 'GET', `channels/${id}`);
  const until = (...warnings: string[]) =>
    host.until(
      ([name, p]) => name === 'live:host-stream' && p.hostStream?.warnings.join() === warnings.join(),
    );
  await control.push(id);
  await control.node.measure(id, measured(1_100_000, 'low_bitrate'));
  await until('low_bitrate');
  const stream = {
    transport: 'rtmp',
    video: { codec: 'h264', profile: 'main', width: 320, height: 240, fps: 15, bitrate: 1_100_000 },
    audio: { codec: 'aac', sampleRate: 44_100, channels: 2, bitrate: 100_000 },
    bitrate: 1_200_000,
    usualBitrate: 6_000_000,
  };
  expect(await view('host')).toMatchObject({ stream, hostStream: { measured: stream } });
  expect(await view('viewer')).toMatchObject({ stream: null, hostStream: null });
  await control.node.measure(id, measured(6_000_000));
  await until();
  expect((await view('admin')).hostStream?.warnings).toEqual([]);

  await control.node.publish(id, 'mix', 9);
  await host.until(([name, p]) => name === 'live:source' && p.source === 'mix');
  expect(await view('host')).toMatchObject({ stream: { bitrate: 6_100_000 }, hostStream: null });
  expect(await view('viewer')).toMatchObject({ stream: null });
});

function measured(bitrate: number, ...warnings: StreamWarning[]): StreamSnapshot {
  return {
    transport: 'rtmp',
    video: { codec: 'h264', profile: 'main', width: 320, height: 240, fps: 15, bitrate },
    audio: { codec: 'aac', sampleRate: 44_100, channels: 2, bitrate: 100_000 },
    usualBitrate: 6_000_000,
    warnings,
  };
}
