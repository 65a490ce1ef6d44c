/** Pictures that people upload: who may, how much, and what of strangers' files is taken. */
import { randomBytes } from 'node:crypto';
import type { AvatarView, ChannelView, ImageView, ListView, ProblemDetails } from '../../../src/contracts';
import { ImagesFacade, LiveModule } from '../../../src/live';
import { IdempotencyModule } from '../../../src/platform/idempotency';
import { TestApi } from '../../support/app/test-api';
import { pngOf } from '../../support/fixtures/pictures';

let api: TestApi;
let channelId: string;
beforeAll(async () => {
  api = await TestApi.start({ rooms: [LiveModule, IdempotencyModule], config: { ROLE: 'api' } });
}, 60_000);
afterAll(() => api.stop());
beforeEach(async () => {
  channelId = (await api.must<ChannelView>('ann', 'POST', 'channels', { title: 'Evening show' })).id;
});

const images = () => `/v1/channels/${channelId}/images`;
const post = <T = ImageView>(body: Buffer | string, type = 'image/png', as = 'ann') =>
  api.request<T>('POST', images(), { as, body, headers: { 'content-type': type } });
const png = pngOf({ width: 8, height: 6 });
/** That doesn't pack. */
const noise = (bytes: number) => {
  const [width, height] = [512, Math.ceil(bytes / 2048)];
  return pngOf({
    width,
    height,
    rows: randomBytes(height * 2049).map((byte, at) => (at % 2049 ? byte : 0)) as Buffer,
  });
};

it('keeps a picture, and gives it out as nothing but a picture', async () => {
  const { body, headers, status } = await post(png);
  expect({ status, location: headers.get('location') }).toEqual({
    status: 201,
    location: `${images()}/${body.id}`,
  });
  expect(body).toMatchObject({ mediaType: 'image/png', width: 8, height: 6, size: png.length });
  const { items } = await api.must<ListView<ImageView>>('ann', 'GET', `channels/${channelId}/images`);
  expect(items).toEqual([body]);
  const response = await fetch(`${api.url}${images()}/${body.id}`, {
    headers: { authorization: `Bearer ${await api.token('ann')}` },
  });
  expect(Buffer.from(await response.arrayBuffer())).toEqual(png);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'image/png',
    'x-content-type-options': 'nosniff',
    'content-security-policy': `default-src 'none'; sandbox`,
    'cache-control': 'private, no-cache',
  });
});

it('is the owner’s and admins’ alone, and goes with its channel', async () => {
  const { body } = await post(png);
  const own = `channels/${channelId}/images`;
  for (const [method, path] of [
    ['GET', own],
    ['GET', `${own}/${body.id}`],
    ['DELETE', `${own}/${body.id}`],
  ]) {
    expect((await api.as<ProblemDetails>('bob', method!, path!)).body.code).toBe('not_allowed');
  }
  expect((await post<ProblemDetails>(png, 'image/png', 'bob')).body.code).toBe('not_allowed');
  expect((await post(png, 'image/png', 'admin')).status).toBe(201);
  // Another channel's address doesn't lead to it, nor does a mix of another channel get it.
  const other = await api.must<ChannelView>('ann', 'POST', 'channels', { title: 'Morning show' });
  const elsewhere = await api.as<ProblemDetails>('ann', 'GET', `channels/${other.id}/images/${body.id}`);
  expect(elsewhere.body.code).toBe('image_not_found');
  const wanted = { images: [body.id, 'no id'], avatars: [] };
  const facade = api.get(ImagesFacade);
  expect(await facade.bytesOf({ channelId: other.id, ...wanted })).toEqual(new Map());
  expect(await facade.bytesOf({ channelId, ...wanted })).toEqual(new Map([[body.id, png]]));
  await api.must('ann', 'DELETE', `channels/${channelId}`);
  expect(await api.sql('SELECT id FROM channel_images WHERE channel_id = $1', [channelId])).toEqual([]);
});

it.each<[string, Buffer | string, string, string, number]>([
  ['a PNG that is cut off', png.subarray(0, -9), 'image/png', 'image_invalid', 422],
  [
    'a PNG that unpacks to 64 MiB',
    pngOf({ width: 8, height: 6, rows: Buffer.alloc(64 << 20) }),
    'image/png',
    'image_invalid',
    422,
  ],
  [
    'a PNG of a billion pixels',
    pngOf({ width: 32_768, height: 32_768, rows: Buffer.alloc(1) }),
    'image/png',
    'image_too_large',
    413,
  ],
  ['a PNG that is called a JPEG', png, 'image/jpeg', 'image_invalid', 422],
  [
    'a page that is called a PNG',
    '<!doctype html><script>alert(1)</script>',
    'image/png',
    'image_invalid',
    422,
  ],
  ['nothing', '', 'image/png', 'image_invalid', 422],
  ['an SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml', 'image_type_unsupported', 415],
  ['JSON', '{}', 'application/json', 'image_type_unsupported', 415],
  ['3 MiB', noise(3 << 20), 'image/png', 'body_too_large', 413],
])('refuses %s', async (_, body, type, code, status) => {
  const answer = await post<ProblemDetails>(body, type);
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  const list = await api.must<ListView<ImageView>>('ann', 'GET', `channels/${channelId}/images`);
  expect(list.items).toEqual([]);
});

it('refuses what is packed on its way, and bytes where JSON is taken', async () => {
  const headers = { 'content-type': 'image/png', 'content-encoding': 'gzip' };
  expect((await api.request('POST', images(), { as: 'ann', body: png, headers })).status).toBe(415);
  const elsewhere = { as: 'ann', body: png, headers: { 'content-type': 'image/png' } };
  expect((await api.request('POST', '/v1/channels', elsewhere)).status).toBe(415);
});

it('takes 2 MiB, and sixteen of a channel, however many come at once', async () => {
  expect((await post(noise((2 << 20) - 8192))).status).toBe(201);
  const six = () => Promise.all(Array.from({ length: 6 }, () => post<ProblemDetails>(png)));
  const answers = [...(await six()), ...(await six()), ...(await six())];
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(15);
  const refused = answers.find(({ status }) => status !== 201)?.body;
  expect(refused).toMatchObject({ code: 'limit_reached', args: { name: 'imagesPerChannel', limit: 16 } });
  const { items } = await api.must<ListView<ImageView>>('ann', 'GET', `channels/${channelId}/images`);
  await api.must('ann', 'DELETE', `channels/${channelId}/images/${items[0]!.id}`);
  expect((await post(png)).status).toBe(201);
});

it('deletes one once', async () => {
  const { body } = await post(png);
  const path = `channels/${channelId}/images/${body.id}`;
  await api.must('ann', 'DELETE', path);
  expect((await api.as<ProblemDetails>('ann', 'DELETE', path)).body.code).toBe('image_not_found');
  expect((await api.as<ProblemDetails>('ann', 'GET', path)).body.code).toBe('image_not_found');
  const unknown = await api.as<ProblemDetails>('ann', 'DELETE', `channels/${channelId}/images/x`);
  expect(unknown.body.code).toBe('image_not_found');
});

it('repeats the answer of an upload with the same key, and refuses the key for another picture', async () => {
  const headers = { 'content-type': 'image/png', 'idempotency-key': 'one' };
  const ask = <T>(body: Buffer) => api.request<T>('POST', images(), { as: 'ann', body, headers });
  const first = await ask<ImageView>(png);
  expect((await ask<ImageView>(png)).body).toEqual(first.body);
  const other = await ask<ProblemDetails>(pngOf({ width: 2, height: 2 }));
  expect(other.body.code).toBe('idempotency_key_reused');
});

it('has one avatar of each user, smaller, until they remove it', async () => {
  const put = <T = AvatarView>(body: Buffer) =>
    api.request<T>('PUT', '/v1/me/avatar', { as: 'gina', body, headers: { 'content-type': 'image/png' } });
  expect((await api.as('gina', 'GET', 'me/avatar')).status).toBe(204);
  const first = (await put(png)).body;
  const second = (await put(pngOf({ width: 2, height: 2 }))).body;
  expect(second).toMatchObject({ width: 2, height: 2 });
  expect(second.id).not.toBe(first.id);
  expect((await api.as('gina', 'GET', 'me/avatar')).headers.get('content-type')).toBe('image/png');
  const facade = api.get(ImagesFacade);
  expect(await facade.avatarsOf(['gina', 'bob'])).toEqual(new Map([['gina', second.id]]));
  const wanted = { channelId, images: [], avatars: [first.id, second.id] };
  expect([...(await facade.bytesOf(wanted)).keys()]).toEqual([second.id]);
  expect((await put<ProblemDetails>(noise(600 << 10))).body.code).toBe('body_too_large');
  expect((await put<ProblemDetails>(pngOf({ width: 1025, height: 1 }))).body.code).toBe('image_too_large');
  await api.must('gina', 'DELETE', 'me/avatar');
  await api.must('gina', 'DELETE', 'me/avatar');
  expect(await facade.avatarsOf(['gina'])).toEqual(new Map());
});
