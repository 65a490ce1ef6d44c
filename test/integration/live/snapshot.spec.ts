/** Small pictures of what is on the air. */
import type { ChannelView, ProblemDetails } from '../../../src/contracts';
import { ControlPlane } from '../../support/fixtures/control-plane';
import { barsKeyframe, seenBars } from '../../support/media/colour-bars';
import { until } from '../../support/waiting/until';

let control: ControlPlane;
beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api' });
}, 60_000);
afterAll(() => control.stop());

const ask = async (id: string, query = '', headers: Record<string, string> = {}, user = 'viewer') =>
  fetch(`${control.api.url}/v1/channels/${id}/snapshot.jpg${query}`, {
    headers: { authorization: `Bearer ${await control.api.token(user)}`, ...headers },
  });
const refusal = async (response: Response) => {
  const { code } = (await response.json()) as ProblemDetails;
  return `${response.status} ${code}`;
};
const untilOnAir = (id: string) =>
  until(async () => (await control.api.must<ChannelView>('host', 'GET', `channels/${id}`)).source === 'host');
const onAir = async (): Promise<string> => {
  const { id } = await control.api.must<ChannelView>('host', 'POST', 'channels', { title: 'Show' });
  await control.push(id);
  await untilOnAir(id);
  return id;
};

it('shows the newest keyframe, in three sizes and its own colours', async () => {
  const id = await onAir();
  control.node.show(id, barsKeyframe('1280x720'));
  for (const [query, size] of [
    ['', [320, 180]],
    ['?width=160', [160, 90]],
    ['?width=640', [640, 360]],
  ] as const) {
    const response = await ask(id, query);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(response.headers.get('cache-control')).toBe('private, max-age=1');
    const picture = await seenBars(Buffer.from(await response.arrayBuffer()));
    expect(picture.size).toEqual(size);
    expect(picture.off).toBeLessThanOrEqual(8);
  }
  expect(await refusal(await ask(id, '?width=161'))).toBe('400 invalid_input');
});

it('answers 304 for a picture that is known', async () => {
  const id = await onAir();
  control.node.show(id, barsKeyframe('320x240'));
  const etag = (await ask(id)).headers.get('etag')!;
  const known = await ask(id, '', { 'if-none-match': etag });
  expect([known.status, known.headers.get('etag'), await known.text()]).toEqual([304, etag, '']);
  // Of another size it isn't known.
  expect((await ask(id, '?width=160', { 'if-none-match': etag })).status).toBe(200);
});

it('is decoded once for however many ask', async () => {
  const id = await onAir();
  control.node.show(id, barsKeyframe('320x240'));
  const all = await Promise.all(Array.from({ length: 20 }, () => ask(id)));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  expect(control.node.commands.filter((command) => command === `keyframe of ${id}`)).toHaveLength(1);
});

it('says what is in the way', async () => {
  const { id } = await control.api.must<ChannelView>('host', 'POST', 'channels', { title: 'Show' });
  expect(await refusal(await ask(id))).toBe('404 no_picture');
  await control.push(id);
  await untilOnAir(id);
  // Sound alone, or a source that is gone.
  expect(await refusal(await ask(id))).toBe('404 no_picture');
  const keyframe = barsKeyframe('320x240');
  control.node.show(id, Buffer.concat([keyframe.subarray(0, 100), Buffer.alloc(5000, 0xa5)]));
  expect(await refusal(await ask(id))).toBe('422 picture_broken');
  control.node.show(id, keyframe);
  expect((await ask(id)).status).toBe(200);
  await control.api.must('host', 'POST', `channels/${id}/viewer-bans`, { userId: 'viewer' });
  expect(await refusal(await ask(id))).toBe('403 banned_from_watching');
  expect((await ask(id, '', {}, 'host')).status).toBe(200);
  expect(await refusal(await ask('0d9f3a52-6f0b-4c7e-9a51-2f6f5b1c7d10'))).toBe('404 channel_not_found');
});
