/** Who may not publish or watch any more is cut, and kept out, whatever their token says. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ChannelDoors, ChannelSnapshot, PublishGrant } from '../../../src/media/contract';
import type { MediaNode } from '../../../src/media/node';
import { OPEN_DOORS } from '../../../src/media/origin/gates';
import { FlvCapture } from '../../support/media/flv-capture';
import { startTestNode } from '../../support/media/media-node';
import { startPush, type FfmpegPush } from '../../support/media/rtmp-pusher';
import { until } from '../../support/waiting/until';

let node: MediaNode;
const pushes: FfmpegPush[] = [];
let told: ChannelSnapshot[];

beforeEach(async () => {
  node = await startTestNode({
    hub: { graceMs: 3000 },
    publishAuthorizer: { authorizePublish: (name) => Promise.resolve(grantOf(name)) },
    playAuthorizer: {
      authorizePlay: (channelId, token) => {
        const [viewer = '', visit] = token.split('~');
        const grant = { channelId, viewer: viewer.padEnd(12, '-') };
        return Promise.resolve(visit === undefined ? grant : { ...grant, visit: Number(visit) });
      },
    },
  });
  told = [];
  node.hub.on('channel', (snapshot) => told.push(snapshot));
});
afterEach(async () => {
  await Promise.all(pushes.splice(0).map((started) => started.stop()));
  await node.close();
});

/** `room?token=host.<epoch>.<generation of the key>` */
function grantOf(name: string): PublishGrant | null {
  const [, role, epoch, generation] = /token=(host|mix)\.(\d+)\.(\d+)$/.exec(name) ?? [];
  if (!role) return null;
  const rest = { epoch: Number(epoch), generation: Number(generation) };
  return { channelId: 'room', role: role as 'host' | 'mix', ...rest };
}
async function push(token: string): Promise<FfmpegPush> {
  const url = `rtmp://127.0.0.1:${node.rtmpPort}/live/room?token=${token}`;
  const started = await startPush({ url, color: 'red', tone: 440 });
  pushes.push(started);
  return started;
}
/** `<viewer>`, or `<viewer>~<visit>` */
const viewUrl = (viewer: string) => `http://127.0.0.1:${node.httpPort}/live/room.flv?token=${viewer}`;
const entrance = (viewer: string) => viewUrl(viewer).replace('.flv', '.m3u8');
const view = (viewer: string) => FlvCapture.openWhenOnAir(viewUrl(viewer));
async function playlistOf(viewer: string): Promise<URL> {
  const master = await (await fetch(entrance(viewer))).text();
  return new URL(
    master.split('\n').find((line) => line.includes('/hls/'))!,
    entrance(viewer),
  );
}
let revisions = 0;
async function want(doors: Partial<ChannelDoors>): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${node.httpPort}/control/channels/room/settings`, {
    method: 'POST',
    headers: { Authorization: 'Bearer control' },
    body: JSON.stringify({
      ...{ revision: `r${++revisions}`, relay: null, flvMarkers: true, playGeneration: 0, awaitsMix: false },
      doors: { ...OPEN_DOORS, ...doors },
    }),
  });
  return response.status;
}
const publishers = () => node.hub.snapshot().flatMap((channel) => channel.publishers);

describe('a push key that is revoked', () => {
  it('is cut at once, and doesn’t come in again; a new one does, and its viewers never left', async () => {
    await push('host.1.0');
    const viewer = await view('max');
    await viewer.play(300);
    expect(await want({ pushGeneration: 1 })).toBe(200);
    await until(() => publishers().length === 0);
    await push('host.1.0').catch(() => undefined);
    expect(publishers()).toEqual([]);
    await push('host.1.1');
    await viewer.play(300);
    viewer.stop();
  });

  it('doesn’t open its channel for a moment either, and control hears of the attempt', async () => {
    expect(await want({ pushGeneration: 1 })).toBe(404);
    await push('host.1.0').catch(() => undefined);
    await until(() => told.length > 0);
    expect(told).toEqual([
      expect.objectContaining({ channelId: 'room', publishers: [], settings: `r${revisions}` }),
    ]);
    await push('mix.2.1');
    expect((await view('max')).stop()).toBeUndefined();
  });
});

describe('a channel that is suspended', () => {
  it('loses publishers and viewers at once, has none until it is resumed', async () => {
    await push('host.1.0');
    const [viewer, playlist] = [await view('max'), await playlistOf('max')];
    await want({ suspended: true });
    await viewer.waitForEnd();
    expect(node.hub.snapshot()).toEqual([]);
    expect((await fetch(playlist)).status).toBe(401);
    await push('host.1.0').catch(() => undefined);
    expect(publishers()).toEqual([]);
    await want({});
    await push('host.1.0');
    const again = await view('max');
    await again.play(100);
    again.stop();
  });
});

describe('a viewer who is put out', () => {
  it('is cut from FLV, WebSocket and HLS and not let in; others go on', async () => {
    await push('host.1.0');
    const [gina, max] = [await view('gina'), await view('max')];
    const socket = new WebSocket(viewUrl('gina').replace('http', 'ws'));
    await once(socket, 'message');
    const cut = once(socket, 'close');
    const [hers, his] = [await playlistOf('gina'), await playlistOf('max')];
    expect((await fetch(hers)).status).toBe(200);
    await want({ putOut: ['gina--------'] });
    await Promise.all([gina.waitForEnd(), cut]);
    await expect(view('gina')).rejects.toMatchObject({ status: 401, code: 'play_token_invalid' });
    expect((await fetch(entrance('gina'))).status).toBe(401);
    expect([(await fetch(hers)).status, (await fetch(his)).status]).toEqual([401, 200]);
    await max.play(300);
    max.stop();
    await want({});
    expect((await fetch(hers)).status).toBe(200);
  });
});

describe('a visit that is over', () => {
  it('is cut from FLV and HLS and begins no more; who came later, or has an account, goes on', async () => {
    await push('host.1.0');
    const [visitor, later, member] = [await view('vic~1'), await view('vic~2'), await view('max')];
    const playlists = [await playlistOf('vic~1'), await playlistOf('vic~2'), await playlistOf('max')];
    const statuses = () => Promise.all(playlists.map(async (url) => (await fetch(url)).status));
    expect(await statuses()).toEqual([200, 200, 200]);
    await want({ visitGeneration: 2 });
    await visitor.waitForEnd();
    await expect(view('vic~1')).rejects.toMatchObject({ status: 401, code: 'play_token_invalid' });
    expect(await statuses()).toEqual([401, 200, 200]);
    for (const viewer of [later, member]) {
      await viewer.play(300);
      viewer.stop();
    }
  });
});
