/** Finding channels in the list of them. */
import type { ChannelView, ListView, ProblemDetails } from '../../../src/contracts';
import { ControlPlane } from '../../support/fixtures/control-plane';
import { until } from '../../support/waiting/until';

const TITLES = ['Zebra', 'Anna’s kitchen', '深夜唱歌房', 'Friday 100% jam', 'Kitchen at night'];
let control: ControlPlane;
let ids: string[];

beforeAll(async () => {
  control = await ControlPlane.start({ ROLE: 'api' });
  ids = [];
  for (const title of TITLES) {
    const owner = title === 'Zebra' ? 'dan-rossi' : 'host';
    ids.push((await control.api.must<ChannelView>(owner, 'POST', 'channels', { title })).id);
  }
  for (const [index, viewers] of [5, 9, 9].entries()) {
    await control.push(ids[index]!, index === 0 ? 'dan-rossi' : 'host');
    await control.node.watch(ids[index]!, viewers);
  }
  const low = { video: null, audio: null, usualBitrate: null, transport: 'rtmp', warnings: ['low_bitrate'] };
  await control.node.measure(ids[1]!, low as Parameters<typeof control.node.measure>[1]);
  await until(async () => (await titles('state=trouble')).length === 1);
  await until(async () => (await titles('state=live')).length === 3);
}, 60_000);
afterAll(() => control.stop());

const list = (query: string, user = 'admin') =>
  control.as<ListView<ChannelView> & ProblemDetails>(user, 'GET', `channels?${query}`);
const titles = async (query: string, user = 'admin') =>
  (await list(query, user)).body.items.map(({ title }) => title);
/** All pages of two. */
async function paged(query: string): Promise<string[]> {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const { body } = await list(`${query}&limit=2${cursor && `&cursor=${cursor}`}`);
    seen.push(...body.items.map(({ title }) => title));
    cursor = body.nextCursor;
  }
  return seen;
}
const [zebra, anna, night, jam, kitchen] = TITLES as [string, string, string, string, string];

it('searches in titles and owners, in any language', async () => {
  expect(await titles('q=kitchen')).toEqual([kitchen, anna]);
  expect(await titles(`q=${encodeURIComponent('唱歌')}`)).toEqual([night]);
  expect(await titles('q=ROSSI')).toEqual([zebra]);
  expect(await titles(`q=${encodeURIComponent('0% j')}`)).toEqual([jam]);
  expect(await titles('q=%25_')).toEqual([]);
  expect(await paged('q=kitchen')).toEqual([kitchen, anna]);
});

it('has those that are on the air, or in trouble', async () => {
  expect(await titles('state=live', 'viewer')).toEqual([night, anna, zebra]);
  expect(await titles('state=trouble')).toEqual([anna]);
  expect(await titles('state=live&q=zebra')).toEqual([zebra]);
});

it('is in the order that is asked for, page by page', async () => {
  const byTitle = [...TITLES].sort();
  expect(await titles('sort=title', 'viewer')).toEqual(byTitle);
  expect(await paged('sort=title')).toEqual(byTitle);
  expect(await paged('sort=newest')).toEqual([...TITLES].reverse());
  const byViewers = await paged('sort=viewers&state=live');
  expect(byViewers.slice(0, 2).sort()).toEqual([anna, night].sort());
  expect(byViewers[2]).toBe(zebra);
});

it('refuses what it can’t do, and what isn’t for everybody', async () => {
  const { body } = await list('sort=title&limit=1');
  const cursor = body.nextCursor!;
  for (const query of ['sort=viewers', 'sort=nothing', 'state=nothing', 'q=', `cursor=${cursor}`])
    expect([query, (await list(query)).status]).toEqual([query, 400]);
  expect((await list(`sort=viewers&state=live&cursor=${cursor}`)).status).toBe(400);
  for (const query of ['q=kitchen', 'state=trouble'])
    expect((await list(query, 'host')).body.code).toBe('not_allowed');
});
