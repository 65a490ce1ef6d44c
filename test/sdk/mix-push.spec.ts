/** Client mixing without a browser: the duty is the client's, and what mixes is anything with the few functions of a mixer. */
import type { CoHostMixView, Mixer, MixOutput, MixPush } from '@lianmai/client';
import { MediaStream as WeriftStream } from 'werift';
import { probeCapture } from '../e2e/support/probe-capture';
import { CANVAS, GUEST, HOST, OWN, StoryFixture } from '../e2e/support/story-fixture';
import type { FlvCapture } from '../support/media/flv-capture';
import { until } from '../support/waiting/until';
import { NodeMedia } from './support/node-media';
import { becomes } from './support/node-person';
import { People, type InRoom } from './support/people';
import { coHost } from './support/waits';

jest.setTimeout(180_000);

const MIX = { color: [220, 200, 40] as const, css: '#dcc828', tone: 520 };

/** One colour and one tone, whoever is in it. */
class PlainMixer implements Mixer {
  readonly stream: MediaStream;
  readonly pictures = [{ userId: GUEST.userId, source: 'camera' as const, height: 90 }];
  scene: CoHostMixView | null = null;
  streams: ReadonlyMap<string, MediaStream> = new Map();
  closed = false;
  private readonly media = new NodeMedia(MIX.css, MIX.tone);

  constructor(public output: MixOutput) {
    const { stream } = this.media;
    this.stream =
      output.video === false
        ? (new WeriftStream(stream.getAudioTracks() as never) as unknown as MediaStream)
        : stream;
  }

  show(scene: CoHostMixView, streams: ReadonlyMap<string, MediaStream>): void {
    this.scene = scene;
    this.streams = streams;
  }

  reshape(output: MixOutput): void {
    this.output = output;
  }

  close(): void {
    this.closed = true;
    this.media.close();
  }
}

let story: StoryFixture;
let people: People;
let host: InRoom;
let viewer: FlvCapture;
let mix: MixPush;
let mixers: PlainMixer[];

beforeEach(async () => {
  mixers = [];
  story = await StoryFixture.start();
  people = new People(story.app);
  await story.setMixingMode('client');
  await story.startHostPush();
  viewer = await story.watch();
  host = await people.enter(story.channelId, 'host', HOST);
  const guest = await people.enter(story.channelId, 'guest', GUEST);
  const { person, coHosting, call } = host;
  const mixer = (output: MixOutput) => mixers[mixers.push(new PlainMixer(output)) - 1]!;
  mix = person.follow(person.lianmai.mixPush(coHosting, call, { mixer }));
  await coHost(host, guest);
  await isLive();
  await becomes(host.room.source, (source) => source === 'mix');
  await becomes(host.duty.duty, (duty) => duty === 'stop');
  await story.stopHostPush();
});
afterEach(async () => {
  people.close();
  await story.stop();
});

const isLive = () => becomes(mix.state, (state) => state === 'live');
const change = (output: Partial<MixOutput>) =>
  host.coHosting.change({ output: { ...host.coHosting.active.value!.output!, ...output } });

it('takes the channel over, follows the output and a lost network, and goes when the session ends', async () => {
  const sources: string[] = [];
  host.room.source.subscribe((source) => sources.push(source));
  const [first] = mixers as [PlainMixer];
  await until(() => first.streams.size === 2);
  expect([...first.streams.keys()].sort()).toEqual([GUEST.userId, HOST.userId]);
  expect(first.scene?.seats.map(({ userId }) => userId)).toEqual([HOST.userId, GUEST.userId]);
  expect(first.output).toMatchObject(CANVAS);
  await viewer.play(2000);

  await change({ width: 480, height: 270 });
  await until(() => first.output.width === 480);
  expect(mixers).toHaveLength(1);

  const asked = jest.spyOn(host.person.lianmai.api, 'mixPushUrl');
  host.person.loseMedia();
  await becomes(mix.state, (state) => state === 'reconnecting');
  await isLive();
  expect(asked).toHaveBeenCalled();
  expect([mixers.length, first.closed]).toEqual([1, false]);

  // Other tracks: another push, and the one before goes on until the channel has it.
  await change({ video: false });
  await becomes(mix.state, (state) => state === 'connecting');
  expect(first.closed).toBe(false);
  await isLive();
  await until(() => first.closed);
  expect(mixers.map(({ stream }) => stream.getTracks().length)).toEqual([2, 1]);
  await change({ video: true });
  await until(() => mixers.length === 3 && mixers[1]!.closed);
  await isLive();
  await viewer.play(2000);
  expect(sources).toEqual([]);

  const ended = host.coHosting.end();
  await becomes(host.duty.duty, (duty) => duty === 'resume');
  await story.startHostPush();
  await ended;
  await becomes(mix.state, (state) => state === 'off');
  expect(mixers.map(({ closed }) => closed)).toEqual([true, true, true]);
  await becomes(host.room.source, (source) => source === 'host');
  await viewer.play(1000);
  expect(viewer.closedByServer).toBe(false);
  const probe = await probeCapture(viewer);
  const own = probe.firstTimeWith(OWN.color);
  const mixed = probe.firstTimeWith([...MIX.color], undefined, own);
  const back = probe.firstTimeWith(OWN.color, undefined, mixed);
  expect([own, mixed, back]).not.toContain(-1);
});

it('makes way for the server’s mix, and mixes again when it is switched back', async () => {
  await story.setMixingMode('server');
  await becomes(mix.state, (state) => state === 'off');
  expect(mix.wanted.value).toBe(false);
  expect(mixers.map(({ closed }) => closed)).toEqual([true]);
  expect(host.coHosting.active.value).toMatchObject({ mixingMode: 'server', mixSwitch: { state: 'done' } });

  await story.setMixingMode('client');
  await isLive();
  await becomes(host.coHosting.active, (session) => session?.mixingMode === 'client');
  expect(mixers.map(({ closed }) => closed)).toEqual([true, false]);
  expect(host.room.source.value).toBe('mix');
  expect(viewer.closedByServer).toBe(false);
});
