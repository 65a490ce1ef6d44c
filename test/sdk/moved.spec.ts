/** A call and a push whose media node is lost to control: both go on at another, though the old connections stand. */
import type { ChannelView } from '../../src/contracts';
import { GUEST, HOST, RIVAL } from '../e2e/support/story-fixture';
import { Cluster, type ClusterNode } from '../support/cluster/cluster';
import { until } from '../support/waiting/until';
import { becomes } from './support/node-person';
import { type InRoom, People } from './support/people';
import { coHost, inCall, isAway } from './support/waits';

jest.setTimeout(180_000);

let cluster: Cluster;
let people: People;
afterAll(async () => {
  people?.close();
  await cluster?.stop();
});

it('participants come into the call at the new node, and the push is there', async () => {
  cluster = await Cluster.start({ apis: 1, nodes: 2, workers: 1, env: { MEMBER_GRACE_MS: '60000' } });
  const portOf = ({ process }: ClusterNode) => process.env.MEDIA_HTTP_PORT!;
  people = new People({
    url: cluster.urlOf(cluster.apis[0]!),
    mediaUrl: cluster.nodes.map((node) => `http://127.0.0.1:${portOf(node)}`),
    token: (userId, name) => cluster.token(userId, name),
  });
  const [shown, pushed] = [await channelOf(HOST), await channelOf(RIVAL)];
  const host = await people.enter(shown, 'host', HOST);
  const guest = await people.enter(shown, 'guest', GUEST);
  const publisher = await people.enter(pushed, 'host', RIVAL);
  await coHost(host, guest);
  await becomes(guest.call.remotes, (others) => others.has(HOST.userId));
  await publisher.push.start();
  await becomes(publisher.room.source, (source) => source === 'host');

  // One after the other: which node carries what is control's choice.
  const callAt = await nodeOfCall(guest);
  // And the guest isn't there to be told.
  guest.network.cutFromApi();
  await isAway(guest);
  part(callAt);
  await becomes(host.call.state, (state) => state !== 'connected', 60_000);
  await inCall(host);
  expect(guest.call.state.value).toBe('connected');
  guest.network.mend();
  await becomes(guest.call.state, (state) => state !== 'connected');
  await inCall(guest);
  await becomes(guest.call.remotes, (others) => others.has(HOST.userId));
  expect(await nodeOfCall(guest)).not.toBe(callAt);
  for (const link of [...callAt.up, callAt.down]) link.heal();
  await becomesWhole();

  const pushAt = await nodeOfPush(publisher);
  part(pushAt);
  await becomes(publisher.push.state, (state) => state !== 'live', 60_000);
  await becomes(publisher.push.state, (state) => state === 'live');
  await becomes(publisher.room.source, (source) => source === 'host');
  expect(await nodeOfPush(publisher)).not.toBe(pushAt);

  async function channelOf({ userId, name }: { userId: string; name: string }): Promise<string> {
    const token = await cluster.token(userId, name);
    return (await cluster.ask<ChannelView>('POST', '/v1/channels', { title: name }, token)).body.id;
  }
  function part({ up, down }: ClusterNode): void {
    for (const link of [...up, down]) link.part();
  }
  function nodeAt(url: string): ClusterNode {
    const { port } = new URL(url);
    const node = cluster.nodes.find((each) => portOf(each) === port);
    if (!node) throw new Error(`no node serves ${url}`);
    return node;
  }
  async function nodeOfCall({ person, call }: InRoom): Promise<ClusterNode> {
    return nodeAt((await person.lianmai.api.joinConference(call.conferenceId!)).mas.url);
  }
  async function nodeOfPush({ person, room }: InRoom): Promise<ClusterNode> {
    return nodeAt((await person.lianmai.api.pushUrl(room.channelId)).whip.url);
  }
  async function becomesWhole(): Promise<void> {
    await until(() => cluster.isWhole(), 60_000);
  }
});
