/**
 * From the answer to `accept` until a viewer of the channel gets the first picture of the mix: the whole app as a user
 * starts it, a host who pushes by ffmpeg, host and guest without browsers who join the call once they are told.
 */
import type {
  AcceptView,
  ChannelView,
  InvitationView,
  JoinView,
  PlaybackView,
  PushUrlView,
} from '../src/contracts';
import { SyntheticPerson } from '../src/demo/synthetic-person';
import { startApp, type TestApp } from '../test/support/app';
import { FlvCapture } from '../test/support/flv-capture';
import { until } from '../test/support/processes';
import { startPush } from '../test/support/rtmp-pusher';

const ROUNDS = 5;
const CAMERA = { picture: 'testsrc2', width: 640, height: 360, fps: 25, gop: 50, bitrate: 500_000 };

export async function run(): Promise<Record<string, unknown>> {
  const app = await startApp();
  try {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await acceptToMix(app, round));
    times.sort((a, b) => a - b);
    return { acceptToMixMs: times[ROUNDS >> 1], largestMs: times.at(-1), rounds: ROUNDS };
  } finally {
    await app.stop();
  }
}

/** One channel, one co-hosting; ms. */
async function acceptToMix(app: TestApp, round: number): Promise<number> {
  const host = await app.token(`host-${round}`, 'Host');
  const guest = await app.token(`guest-${round}`, 'Guest');
  const channel = (await app.api<ChannelView>('POST', '/v1/channels', { title: 'Bench' }, host)).body;
  const path = `/v1/channels/${channel.id}`;
  const { url } = (await app.api<PushUrlView>('POST', `${path}/push-url`, undefined, host)).body;
  const push = await startPush({ url, color: 'red', tone: 440, width: 640, height: 360, fps: 25, gop: 25 });
  const { flv } = (await app.api<PlaybackView>('GET', `${path}/playback`, undefined, guest)).body;
  const viewer = await FlvCapture.openWhenOnAir(flv);
  const people: SyntheticPerson[] = [];
  try {
    await viewer.play(1000);
    const invitations = `${path}/co-host/invitations`;
    const applied = await app.api<InvitationView>('POST', invitations, { kind: 'apply' }, guest);
    const accept = `/v1/co-host/invitations/${applied.body.id}/accept`;
    const { session } = (await app.api<AcceptView>('POST', accept, undefined, host)).body;
    const acceptedAt = performance.now();
    const mixed = firstPictureOfTheNext(viewer);
    for (const token of [host, guest]) {
      const members = `/v1/conferences/${session.conferenceId}/members`;
      const { mas } = (await app.api<JoinView>('POST', members, undefined, token)).body;
      people.push(await SyntheticPerson.join(mas, CAMERA, 600));
    }
    return Math.round((await mixed) - acceptedAt);
  } finally {
    viewer.stop();
    await app.api('DELETE', `${path}/co-host`, undefined, host);
    await Promise.all(people.map((person) => person.close()));
    await push.stop();
    await until(
      async () => (await app.api('GET', `${path}/co-host`, undefined, host)).status === 204,
      30_000,
    );
  }
}

/** When the first picture behind a new decoder configuration arrives, ms of performance.now(). */
async function firstPictureOfTheNext(viewer: FlvCapture): Promise<number> {
  const configs = viewer.figures().videoConfigs;
  const picture = await viewer.waitFor(
    (tag, capture) => tag.kind === 'video' && capture.figures().videoConfigs > configs,
    30_000,
  );
  return picture.arrivedAt;
}
