import { setTimeout as delay } from 'node:timers/promises';
import type {
  AcceptView,
  ChannelView,
  CoHostView,
  InvitationView,
  JoinView,
  ListView,
  LoginLinkView,
  PushUrlView,
} from '../contracts';
import type { DemoApi } from './demo-api';
import { SyntheticEncoder } from './synthetic/synthetic-encoder';
import { SyntheticPerson } from './synthetic/synthetic-person';

const HOST = { userId: 'demo-host', name: 'Demo host' };
const GUEST = { userId: 'demo-guest', name: 'Demo guest' };
const TITLE = 'Demo';
const OWN_STREAM = { picture: 'testsrc2', width: 640, height: 360, fps: 25, gop: 50, bitrate: 800_000 };
const HOST_CAMERA = { ...OWN_STREAM, picture: 'testsrc', bitrate: 500_000 };
const GUEST_CAMERA = { ...OWN_STREAM, picture: 'smptehdbars', bitrate: 300_000 };
const ON_AIR_TIMEOUT_MS = 30_000;
const POLL_MS = 200;
const POLL_WHILE_LIVE_MS = 1000;

type Call = ReturnType<DemoApi['as']>;

/** Flow 1 with synthetic people: a host who pushes, a guest who applies, both in the call, the mix on the air. */
export class Demo {
  private encoder: SyntheticEncoder | null = null;
  private people: SyntheticPerson[] = [];

  private constructor(
    readonly channelId: string,
    private readonly host: Call,
    private readonly guest: Call,
    private readonly admin: Call,
  ) {}

  /** Takes the demo's channel, or makes it, and ends what an earlier demo may have left on it. */
  static async prepare(api: DemoApi): Promise<Demo> {
    const host = api.as(await api.token(HOST.userId, HOST.name));
    const guest = api.as(await api.token(GUEST.userId, GUEST.name));
    const admin = api.as(await api.token('demo-admin', 'Demo', 'admin'));
    const { items } = await host<ListView<ChannelView>>('GET', '/v1/channels?limit=500');
    const mine = items.find((channel) => channel.ownerId === HOST.userId && channel.title === TITLE);
    const channel = mine ?? (await host<ChannelView>('POST', '/v1/channels', { title: TITLE }));
    const demo = new Demo(channel.id, host, guest, admin);
    await demo.endCoHosting();
    return demo;
  }

  /** Resolves when viewers see the mix. */
  async goOnAir(): Promise<void> {
    const push = await this.host<PushUrlView>('POST', `${this.path}/push-url`);
    this.encoder = await SyntheticEncoder.start(push.url, OWN_STREAM, 440);
    await this.sourceIs('host');
    const apply = { kind: 'apply' };
    const invitation = await this.guest<InvitationView>('POST', `${this.path}/co-host/invitations`, apply);
    const accept = `/v1/co-host/invitations/${invitation.id}/accept`;
    const { session } = await this.host<AcceptView>('POST', accept);
    await Promise.all([
      this.join(this.host, session, HOST_CAMERA, 523),
      this.join(this.guest, session, GUEST_CAMERA, 659),
    ]);
    await this.sourceIs('mix');
    // As a host's app does when it is told to stop the host's own push.
    await this.encoder.close();
  }

  /** Resolves when its co-hosting is over, whoever ended it, or the system is gone. */
  async over(): Promise<void> {
    const runs = () => this.host<CoHostView | null>('GET', `${this.path}/co-host`).catch(() => null);
    while (await runs()) await delay(POLL_WHILE_LIVE_MS);
  }

  /** A one-time link that opens the channel as a viewer. */
  async watchLink(): Promise<string> {
    const viewer = { userId: 'demo-viewer', name: 'Demo viewer', role: 'user' };
    const link = new URL((await this.admin<LoginLinkView>('POST', '/v1/login-links', viewer)).url);
    link.searchParams.set('next', `/watch/${this.channelId}`);
    return link.toString();
  }

  /** Ends the co-hosting and everybody's connections. Idempotent. */
  async close(): Promise<void> {
    await this.endCoHosting().catch(() => undefined); // the system may be gone already
    const people = this.people.splice(0);
    await Promise.all([this.encoder?.close(), ...people.map((person) => person.close())]);
  }

  private get path(): string {
    return `/v1/channels/${this.channelId}`;
  }

  private async join(
    call: Call,
    session: CoHostView,
    camera: typeof OWN_STREAM,
    tone: number,
  ): Promise<void> {
    const { mas } = await call<JoinView>('POST', `/v1/conferences/${session.conferenceId}/members`);
    this.people.push(await SyntheticPerson.join(mas, camera, tone));
  }

  private async endCoHosting(): Promise<void> {
    const session = await this.host<CoHostView | null>('GET', `${this.path}/co-host`);
    if (session) await this.host('DELETE', `${this.path}/co-host`);
    await this.until(async () => (await this.host('GET', `${this.path}/co-host`)) === null);
  }

  private sourceIs(wanted: ChannelView['source']): Promise<void> {
    return this.until(async () => (await this.host<ChannelView>('GET', this.path)).source === wanted);
  }

  private async until(condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + ON_AIR_TIMEOUT_MS;
    while (!(await condition())) {
      if (Date.now() > deadline)
        throw new Error('the demo did not get there in 30 s; see the log of the server');
      await delay(POLL_MS);
    }
  }
}
