/** What the host is told of the stream that their encoder sends. */
import type { ChannelView } from '../../../src/contracts';
import { ControlPlane } from '../../support/fixtures/control-plane';

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

  const sent = { ...picture, keyframeIntervalMs: 6000, warnings: ['long_gop'] };
  expect(await seenBy('host')).toEqual(sent);
  expect(await seenBy('admin')).toEqual(sent);
  expect(await seenBy('viewer')).toBeNull();

  await control.node.unpublish(id, 'host');
  await host.until(([name, p]) => name === 'live:host-stream' && p.hostStream === null);
  expect(told()).toHaveLength(2);
  expect(viewer.signals.map(([name]) => name)).not.toContain('live:host-stream');
  expect(await seenBy('host')).toBeNull();
});
