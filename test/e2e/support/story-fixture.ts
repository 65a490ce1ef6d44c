import type {
  ChannelView,
  CoHostView,
  MixingMode,
  MixTaskView,
  PkMatchView,
  PlaybackView,
  PushUrlView,
} from '../../../src/contracts';
import { layoutTiles } from '../../../src/shared/layout';
import { startApp, type TestApp } from '../../support/app/app-process';
import { FlvCapture } from '../../support/media/flv-capture';
import { closeTo, type FlvProbe, type Rect, type Rgb } from '../../support/media/flv-probe';
import { until } from '../../support/waiting/until';
import { startPush, type FfmpegPush } from '../../support/media/rtmp-pusher';
import { Person, type PersonOptions } from './person';

/** The canvas of the stories: small, since two cores carry browsers, encoders and the app. */
export const CANVAS = { width: 640, height: 360 };
const FPS = 15;
/** Of each component, after two generations of encoding. */
const COLOR_TOLERANCE = 45;

/** The host's own stream: what viewers see and hear before and after the co-hosting. */
export const OWN: { color: Rgb; tone: number } = { color: [16, 64, 192], tone: 440 };
export const HOST: PersonOptions = { userId: 'hana', name: 'Hana', color: [200, 40, 40], tone: 660 };
/** Another host, with a channel of their own. */
export const RIVAL: PersonOptions = { userId: 'rika', name: 'Rika', color: [200, 60, 200], tone: 830 };
export const RIVALS_OWN: { color: Rgb; tone: number } = { color: [120, 70, 20], tone: 300 };
export const GUEST: PersonOptions = { userId: 'gu', name: 'Gu', color: [40, 180, 60], tone: 1000 };
export const SECOND: PersonOptions = { userId: 'sita', name: 'Sita', color: [220, 200, 40], tone: 1500 };

/** Whose channel it is, and their encoder's stream. */
export interface Lead {
  host: PersonOptions;
  own: { color: Rgb; tone: number };
}

/** An app with one channel whose host pushes with the real ffmpeg, one viewer who watches all of it, and people. */
export class StoryFixture {
  private readonly people: Person[] = [];
  private push: FfmpegPush | null = null;
  private viewers: FlvCapture[] = [];

  private constructor(
    readonly app: TestApp,
    readonly channelId: string,
    readonly hostToken: string,
    readonly lead: Lead,
    /** The app of another story, which ends it. */
    private readonly borrowed: boolean,
  ) {}

  /** @param beside a story whose app has this channel too */
  static async start(
    env: Record<string, string> = {},
    lead: Lead = { host: HOST, own: OWN },
    beside?: StoryFixture,
  ): Promise<StoryFixture> {
    const app = beside?.app ?? (await startApp(env));
    const token = await app.token(lead.host.userId, lead.host.name);
    const title = lead.host === HOST ? 'Evening show' : `Show of ${lead.host.name}`;
    const created = await app.api<ChannelView>('POST', '/v1/channels', { title }, token);
    const story = new StoryFixture(app, created.body.id, token, lead, beside !== undefined);
    const output = { ...CANVAS, fps: FPS, gop: FPS * 2, videoBitrate: 800_000, audioBitrate: 96_000 };
    await app.api('PATCH', `/v1/channels/${story.channelId}`, { output }, token);
    return story;
  }

  /** The host's encoder starts, at an address asked for now. */
  async startHostPush(): Promise<FfmpegPush> {
    const answer = await this.app.api<PushUrlView>(
      'POST',
      `${this.path}/push-url`,
      undefined,
      this.hostToken,
    );
    const { color: own, tone } = this.lead.own;
    const [r, g, b] = own;
    const color = `0x${((r << 16) | (g << 8) | b).toString(16).padStart(6, '0')}`;
    this.push = await startPush({
      url: answer.body.url,
      color,
      tone,
      ...CANVAS,
      fps: FPS,
      gop: FPS,
    });
    return this.push;
  }

  async stopHostPush(): Promise<void> {
    await this.push?.stop();
  }

  /** A viewer who keeps all that they get. */
  async watch(): Promise<FlvCapture> {
    const token = await this.app.token('vera', 'Vera');
    const answer = await this.app.api<PlaybackView>('GET', `${this.path}/playback`, undefined, token);
    const viewer = await FlvCapture.openWhenOnAir(answer.body.flv, 30_000);
    this.viewers.push(viewer);
    return viewer;
  }

  async host(): Promise<Person> {
    return this.enter(`/studio/${this.channelId}`, this.lead.host);
  }

  async viewerPage(options: PersonOptions): Promise<Person> {
    return this.enter(`/watch/${this.channelId}`, options);
  }

  /** From the host's own stream to a co-hosting with a guest on the air, in the channel's mode; the host's encoder has stopped. */
  async coHosting(): Promise<{ viewer: FlvCapture; host: Person; guest: Person }> {
    await this.startHostPush();
    const viewer = await this.watch();
    const host = await this.host();
    const guest = await this.viewerPage(GUEST);
    await viewer.play(1500);
    await guest.applyToGoOnAir();
    await host.accept();
    await host.seesSession('live');
    await this.stopHostPush();
    await this.onAir(host, guest);
    await this.source('mix');
    return { viewer, host, guest };
  }

  /** Resolves when the source of the channel is this one. */
  async source(wanted: ChannelView['source']): Promise<void> {
    await until(async () => (await this.channel()).source === wanted, 30_000);
  }

  /** As an admin does it. */
  async setMixingMode(mixingMode: MixingMode): Promise<void> {
    const admin = await this.app.token('admin', 'Admin', 'admin');
    const answer = await this.app.api('PATCH', this.path, { mixingMode }, admin);
    if (answer.status !== 200) throw new Error(`the mixing mode was not set: ${answer.status}`);
  }

  async session(): Promise<CoHostView | null> {
    const answer = await this.app.api<CoHostView>('GET', `${this.path}/co-host`, undefined, this.hostToken);
    return answer.status === 200 ? answer.body : null;
  }

  /** The match on the channel, or null. */
  async match(): Promise<PkMatchView | null> {
    const answer = await this.app.api<PkMatchView>('GET', `${this.path}/pk`, undefined, this.hostToken);
    return answer.status === 200 ? answer.body : null;
  }

  /** The mix of the running session. */
  async mixTask(): Promise<MixTaskView> {
    const id = (await this.session())?.mixTaskId;
    return (await this.app.api<MixTaskView>('GET', `/v1/mix-tasks/${id}`, undefined, this.hostToken)).body;
  }

  /** Resolves when exactly these people are on the air. */
  async onAir(...people: Person[]): Promise<void> {
    const wanted = people.map((person) => person.userId).sort();
    await until(async () => {
      const members = (await this.session())?.members ?? [];
      const now = members.filter((m) => m.state === 'on-air').map((m) => m.userId);
      return now.sort().join() === wanted.join();
    }, 30_000);
  }

  async stop(): Promise<void> {
    this.viewers.forEach((viewer) => viewer.stop());
    await Promise.all(this.people.map((person) => person.close().catch(() => undefined)));
    await this.push?.stop();
    if (!this.borrowed) await this.app.stop();
  }

  private get path(): string {
    return `/v1/channels/${this.channelId}`;
  }

  private async channel(): Promise<ChannelView> {
    return (await this.app.api<ChannelView>('GET', this.path, undefined, this.hostToken)).body;
  }

  private async enter(path: string, options: PersonOptions): Promise<Person> {
    const person = await Person.open(this.app, path, options);
    this.people.push(person);
    return person;
  }
}

/** The middle of each person's tile in a grid of so many, on the probe's picture. */
export function gridMiddles(people: number, picture: { width: number; height: number }): Rect[] {
  const seats = Array.from({ length: people }, (_, seat) => ({ userId: String(seat), seat }));
  const layout = { kind: 'grid', fit: 'crop', background: '#000000' } as const;
  return layoutTiles(layout, seats, CANVAS).map((tile) => middleOf(tile, picture));
}

function middleOf(tile: Rect, picture: { width: number; height: number }): Rect {
  const scaleX = picture.width / CANVAS.width;
  const scaleY = picture.height / CANVAS.height;
  const width = Math.round((tile.width * scaleX) / 4);
  const height = Math.round((tile.height * scaleY) / 4);
  return {
    x: Math.round((tile.x + tile.width / 2) * scaleX - width / 2),
    y: Math.round((tile.y + tile.height / 2) * scaleY - height / 2),
    width,
    height,
  };
}

/** First time (s) at or after `from` at which all tiles of a grid show these people's colours at once; -1 for never. */
export function firstGrid(probe: FlvProbe, people: PersonOptions[], from = 0): number {
  return firstWith(probe, gridMiddles(people.length, probe.options), people, from);
}

/**
 * First time (s) at or after `from` at which a PK's picture shows these people, each host first in their half and their
 * guests over it; or -1.
 */
export function firstPk(probe: FlvProbe, left: PersonOptions[], right: PersonOptions[], from = 0): number {
  const sideOf = (people: PersonOptions[], side: 'left' | 'right') =>
    people.map(({ userId }, seat) => ({ userId, seat, side }));
  const seats = [...sideOf(left, 'left'), ...sideOf(right, 'right')];
  const layout = { kind: 'side-by-side', fit: 'crop', background: '#000000' } as const;
  const rects = layoutTiles(layout, seats, CANVAS).map((tile) => middleOf(tile, probe.options));
  return firstWith(probe, rects, [...left, ...right], from);
}

function firstWith(probe: FlvProbe, rects: Rect[], people: PersonOptions[], from: number): number {
  for (let frame = Math.ceil(from * probe.options.fps); frame < probe.frames.length; frame++) {
    const shown = rects.every((rect, i) =>
      closeTo(probe.color(frame, rect), people[i]!.color, COLOR_TOLERANCE),
    );
    if (shown) return frame / probe.options.fps;
  }
  return -1;
}
