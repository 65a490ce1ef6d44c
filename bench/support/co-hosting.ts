/** A co-hosting for benches: a host who pushes with ffmpeg, a guest, both in the call without browsers, and a viewer. */
import type {
  AcceptView,
  ChannelView,
  InvitationView,
  JoinView,
  PlaybackView,
  PushUrlView,
} from '../../src/contracts';
import { SyntheticPerson } from '../../src/demo/synthetic/synthetic-person';
import type { TestApp } from '../../test/support/app/app-process';
import { FlvCapture } from '../../test/support/media/flv-capture';
import { until } from '../../test/support/waiting/until';
import { startPush } from '../../test/support/media/rtmp-pusher';

const CAMERA = { picture: 'testsrc2', width: 640, height: 360, fps: 25, gop: 50, bitrate: 500_000 };
const ENCODER = { color: 'red', tone: 440, width: 640, height: 360, fps: 25, gop: 25 } as const;

export class CoHosting {
  private readonly people: SyntheticPerson[] = [];
  private pushing = true;

  private constructor(
    private readonly app: TestApp,
    private readonly tokens: { host: string; guest: string },
    /** Of the channel. */
    private readonly path: string,
    private readonly push: Awaited<ReturnType<typeof startPush>>,
    readonly viewer: FlvCapture,
  ) {}

  /** The host is on the air, and somebody watches. @param name makes the users' ids */
  static async prepare(app: TestApp, name: string): Promise<CoHosting> {
    const host = await app.token(`host-${name}`, 'Host');
    const guest = await app.token(`seated-${name}`, 'Guest');
    const channel = (await app.api<ChannelView>('POST', '/v1/channels', { title: 'Bench' }, host)).body;
    const path = `/v1/channels/${channel.id}`;
    const { url } = (await app.api<PushUrlView>('POST', `${path}/push-url`, undefined, host)).body;
    const push = await startPush({ ...ENCODER, url });
    const { flv } = (await app.api<PlaybackView>('GET', `${path}/playback`, undefined, guest)).body;
    const viewer = await FlvCapture.openWhenOnAir(flv);
    return new CoHosting(app, { host, guest }, path, push, viewer);
  }

  /** The guest applies, the host accepts, both join the call. */
  async begin(): Promise<{ acceptedAt: number; mixedAt: number }> {
    const { app, path, tokens } = this;
    const invitations = `${path}/co-host/invitations`;
    const applied = await app.api<InvitationView>('POST', invitations, { kind: 'apply' }, tokens.guest);
    const accept = `/v1/co-host/invitations/${applied.body.id}/accept`;
    const { session } = (await app.api<AcceptView>('POST', accept, undefined, tokens.host)).body;
    const acceptedAt = performance.now();
    const mixed = this.firstPictureOfTheNext();
    for (const token of [tokens.host, tokens.guest]) {
      const members = `/v1/conferences/${session.conferenceId}/members`;
      const { mas } = (await app.api<JoinView>('POST', members, undefined, token)).body;
      this.people.push(await SyntheticPerson.join(mas, CAMERA, 600));
    }
    return { acceptedAt, mixedAt: await mixed };
  }

  /** Ends the host's own push, as the host is told to do. */
  async stopPush(): Promise<void> {
    if (!this.pushing) return;
    this.pushing = false;
    await this.push.stop();
  }

  /** Ends everything; resolves when the session is over. */
  async end(): Promise<void> {
    const { app, path, tokens } = this;
    this.viewer.stop();
    await app.api('DELETE', `${path}/co-host`, undefined, tokens.host);
    await Promise.all(this.people.map((person) => person.close()));
    await this.stopPush();
    const over = async () => (await app.api('GET', `${path}/co-host`, undefined, tokens.host)).status === 204;
    await until(over, 30_000);
  }

  /** When the first picture behind a new decoder configuration arrives, ms of performance.now(). */
  async firstPictureOfTheNext(): Promise<number> {
    const configs = this.viewer.figures().videoConfigs;
    const picture = await this.viewer.waitFor(
      (tag, capture) => tag.kind === 'video' && capture.figures().videoConfigs > configs,
      30_000,
    );
    return picture.arrivedAt;
  }
}
