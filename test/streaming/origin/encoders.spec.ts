/** Encoders as they are: each row is something that one was seen to do. */
import { once } from 'node:events';
import { nalType, splitAvcc } from '../../../src/media/codec/h264/h264';
import { oddity, type Oddity } from '../../support/media/encoder-oddities';
import { EncoderTrials, judge, of, STREAM, type Judgement } from '../../support/media/encoder-trials';
import type { Rule } from '../../support/media/hls-rules';
import { startTestNode } from '../../support/media/media-node';
import { OddPublisher, tagBytes } from '../../support/media/odd-publisher';
import { until } from '../../support/waiting/until';

const SECONDS = 6;

let trials: EncoderTrials;
beforeAll(async () => void (trials = await EncoderTrials.start()));
afterAll(() => trials.stop());
beforeEach(() => trials.next());
afterEach(() => trials.leave());
const publish = (): Promise<OddPublisher> => trials.publish();

describe('what is taken, and comes out as it belongs', () => {
  it.each<[string, Oddity, Judgement, ...Rule[]]>([
    ['nothing odd', oddity.none, {}],
    ['empty NAL units', oddity.emptyNals, {}],
    ['messages of SEI only', oddity.seiOnly, {}],
    ['SEI that claims to be a keyframe', oddity.seiKeyframe, {}],
    ['parameter sets in messages of their own', oddity.setsAlone, {}],
    ['NAL units put together with start codes', oddity.merged, {}],
    ['two delimiters', oddity.twoDelimiters, {}],
    ['NAL unit lengths of 2 bytes', oddity.shortLengths(2), {}],
    ['NAL unit lengths of 1 byte', oddity.shortLengths(1), {}],
    ['several slices in each picture', oddity.slices(4), { slices: 4 }],
    ['parameter sets in every keyframe', oddity.setsInBand, {}],
    ['a first keyframe of several MiB', oddity.largeKeyframes(5 << 20, 0, 900), {}],
    ['a keyframe of several MiB later on', oddity.largeKeyframes(5 << 20, 2500, 3500), {}],
    ['sound without its header', oddity.noSoundHeader, { silent: true }],
    ['its header before every keyframe', oddity.headerAgain, {}],
    ['messages that say nothing', oddity.nothingToSay, {}],
    ['empty headers', oddity.emptyHeaders, {}],
    ['H.264 as a FourCC', oddity.fourCc('avc1'), {}],
    ['AAC as a FourCC', oddity.soundFourCc('mp4a'), {}],
    ['no metadata', oddity.noMetadata, {}],
    ['metadata that announces sound, and none', oddity.noAudio, { silent: true }],
    ['pictures to be shown before their DTS', oddity.compositionShift(-200), { apartMs: 200 }],
    ['pictures to be shown much later', oddity.compositionShift(1000), { apartMs: -1000 }],
    ['sound 5 s after the picture', oddity.audioLater(5000), { apartMs: 5000 }],
    ['timestamps that wrap', oddity.startsAt(0xffffffff - 3000), {}],
    ['a clock that steps back by 1.5 s', oddity.jump(3000, -1500), { jumps: 1 }],
    ['a clock that starts again', oddity.jump(3000, -3000), { jumps: 1 }],
    ['a clock that jumps ahead', oddity.jump(3000, 60_000), { jumps: 1 }],
  ])('%s', async (_, odd, judgement, ...breaks) => judge(await trials.seen({ odd, breaks }), judgement));

  it('pictures that are refreshed bit by bit: none but the first is a keyframe, and the host is warned', async () => {
    const seen = await trials.seen({ odd: oddity.intraRefresh, breaks: ['target-changed'] });
    judge(seen);
    const keyframes = of(seen.units, 'video').map(({ keyframe }) => keyframe);
    expect(keyframes).toEqual(keyframes.map((_, i) => i === 0));
    expect(Math.max(...trials.told.map(({ video }) => video?.keyframeIntervalMs ?? 0))).toBe(SECONDS * 1000);
  });

  it('runs at one speed: no more stream comes out than went in', async () => {
    for (const odd of [oddity.audioLater(5000), oddity.jump(3000, -1500), oddity.audioLater(-5000)]) {
      trials.next();
      const { units } = await trials.seen({ odd });
      const times = of(units, 'video').map(({ ptsMs }) => ptsMs);
      expect(Math.max(...times) - Math.min(...times)).toBeLessThan(SECONDS * 1000 + 100);
    }
  });

  it('parameter sets that came alone are with the next picture', async () => {
    const { units } = await trials.seen({ odd: oddity.setsAlone });
    const keyframes = units.filter(({ keyframe }) => keyframe);
    expect(keyframes).toHaveLength(SECONDS);
    for (const { data } of keyframes) expect(splitAvcc(data).map(nalType)).toEqual([7, 8, 5]);
  });
});

describe('what is refused, with the reason and without having been on the air', () => {
  it.each<[string, Oddity, RegExp]>([
    ['HEVC', oddity.fourCc('hvc1'), /^codec_unsupported: .*HEVC/],
    ['AV1', oddity.fourCc('av01'), /^codec_unsupported: .*AV1/],
    ['VP9', oddity.fourCc('vp09'), /^codec_unsupported: .*VP9/],
    ['an unknown FourCC', oddity.fourCc('\n\u0001ab'), /^codec_unsupported: .*0x0a016162/],
    ['HEVC under a number of its own', oddity.codecId(12), /^codec_unsupported: .*HEVC/],
    ['Sorenson H.263', oddity.codecId(2), /^codec_unsupported: .*H\.263/],
    ['MP3', oddity.sound(0x2f), /^codec_unsupported: .*MP3/],
    [
      'MP3 without metadata',
      (tags) => oddity.noMetadata(oddity.sound(0x2f)(tags)),
      /^codec_unsupported: .*MP3/,
    ],
    ['G.711 A-law', oddity.sound(0x72), /^codec_unsupported: .*G\.711 A-law/],
    ['G.711 mu-law', oddity.sound(0x82), /^codec_unsupported: .*G\.711 mu-law/],
    ['Speex', oddity.sound(0xb2), /^codec_unsupported: .*Speex/],
    ['PCM', oddity.sound(0x3f), /^codec_unsupported: .*PCM/],
    ['Opus', oddity.soundFourCc('Opus'), /^codec_unsupported: .*Opus/],
    ['FLAC', oddity.soundFourCc('fLaC'), /^codec_unsupported: .*FLAC/],
    ['several tracks in one', oddity.sound(0x95, 0x01), /^codec_unsupported: .*several audio tracks/],
    ['start codes for lengths', oddity.annexB, /^media_invalid: malformed H\.264/],
    ['bytes behind the picture', oddity.tailJunk, /^media_invalid: malformed H\.264/],
    ['pictures without their header', oddity.noVideoHeader, /^media_invalid: video before/],
    ['a keyframe of 9 MiB', oddity.largeKeyframes(9 << 20, 0, 900), /^rtmp_invalid: message of \d+ bytes/],
    ['AAC-ELD', oddity.soundConfigured('f8e85000'), /^codec_unsupported: .*object type 39/],
    ['xHE-AAC', oddity.soundConfigured('f94650'), /^codec_unsupported: .*object type 42/],
    ['AAC of 960 samples', oddity.soundConfigured('1214'), /^codec_unsupported: .*960 samples/],
    ['a header that is none', oddity.badAudioHeader, /^media_invalid: malformed AAC/],
    [
      'a composition time of an hour',
      oddity.compositionShift(3_600_000),
      /^media_invalid: a composition time/,
    ],
  ])('%s', async (_, odd, description) => {
    const publisher = await publish();
    publisher.send(odd(STREAM));
    const status = await publisher.told('NetStream.Publish.Rejected');
    expect(status).toMatchObject({
      level: 'error',
      description: expect.stringMatching(description) as string,
    });
    await publisher.ended();
    await until(() => trials.node.hub.snapshot().every(({ channelId }) => channelId !== trials.channelId));
    expect(trials.wasOnAir()).toBe(false);
  });

  it('a wrong key, and what isn’t RTMP after it', async () => {
    const stranger = await OddPublisher.connect(trials.node.rtmpPort);
    stranger.write(stranger.publishBytes('nonsense'));
    stranger.send(STREAM);
    const refused = await stranger.told('NetStream.Publish.BadName');
    expect(refused.description).toMatch(/^push_token_invalid: /);
    const publisher = await publish();
    publisher.write(Buffer.from([0xc9, 1, 2, 3]));
    const { description } = await publisher.told('NetStream.Publish.Rejected');
    expect(description).toMatch(/^rtmp_invalid: /);
    await Promise.all([stranger.ended(), publisher.ended()]);
  });

  it('one that is refused for its sound doesn’t push out the one on the air', async () => {
    const host = await publish();
    host.send(STREAM.filter(({ at }) => at < 2000));
    await until(trials.isActive);
    const second = await publish();
    second.send(oddity.sound(0x2f)(STREAM));
    await second.told('NetStream.Publish.Rejected');
    host.send(STREAM.filter(({ at }) => at >= 2000));
    host.stop(trials.key);
    await host.told('NetStream.Unpublish.Success');
    expect(host.statuses.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('damaged pictures: whatever becomes of the publisher, it is told', async () => {
    for (let seed = 1; seed <= 20; seed++) {
      const publisher = await publish();
      publisher.send(oddity.damaged(seed)(STREAM));
      publisher.stop(trials.key);
      await until(() => publisher.statuses.length > 1);
      expect(publisher.statuses.at(1)).toMatchObject({
        code: expect.stringMatching(/^NetStream\.(Unpublish\.Success|Publish\.Rejected)$/) as string,
      });
      publisher.close();
    }
  });
});

describe('a publisher', () => {
  it('need not wait for the answer to publish', async () => {
    const publisher = await OddPublisher.connect(trials.node.rtmpPort);
    trials.keep(publisher);
    publisher.write(Buffer.concat([publisher.publishBytes(trials.key), tagBytes(STREAM)]));
    await until(trials.isActive);
    expect(publisher.statuses).toEqual([expect.objectContaining({ code: 'NetStream.Publish.Start' })]);
  });

  it('is no active one before its first keyframe was taken', async () => {
    const publisher = await publish();
    const keyframe = STREAM.findIndex(({ type, body }) => type === 9 && body[0] === 0x17 && body[1] === 1);
    publisher.send(STREAM.slice(0, keyframe));
    publisher.send(oddity.emptyNals(STREAM.slice(0, keyframe)));
    // The answer comes after all that was sent before.
    publisher.command(0, 'createStream', 9, null);
    await until(() => publisher.heard.some(({ transaction }) => transaction === 9));
    expect(trials.wasOnAir()).toBe(false);
    expect(trials.isReady()).toBe(false);
    publisher.send(STREAM.slice(keyframe));
    await until(() => trials.isActive() && trials.isReady());
  });

  it.each<[string, (publisher: OddPublisher) => void]>([
    ['FCUnpublish', (publisher) => publisher.command(0, 'FCUnpublish', 7, null, trials.key)],
    ['deleteStream', (publisher) => publisher.command(0, 'deleteStream', 0, null, 1)],
    ['closeStream', (publisher) => publisher.command(1, 'closeStream', 0, null)],
    ['publish of false', (publisher) => publisher.command(1, 'publish', 0, null, false)],
  ])('that ends by %s is answered, closes itself, and may publish again', async (_, end) => {
    const publisher = await publish();
    publisher.send(STREAM);
    end(publisher);
    publisher.send(STREAM.slice(-3)); // was still on its way
    await publisher.told('NetStream.Unpublish.Success');
    const starts = () => publisher.statuses.filter(({ code }) => code === 'NetStream.Publish.Start').length;
    publisher.write(publisher.publishBytes(trials.key));
    await until(() => starts() === 2);
    end(publisher);
    await publisher.ended(); // by us, in time
    expect(publisher.statuses.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it.each([
    ['superseded', () => void publish().then((newer) => newer.send(STREAM))],
    ['disconnected', () => void trials.node.hub.disconnect(trials.channelId, 'host')],
    ['closed', () => void trials.node.hub.end(trials.channelId, 1)],
  ])('that is %s is told', async (reason, act) => {
    const publisher = await publish();
    publisher.send(STREAM);
    await until(trials.isActive);
    act();
    const { description } = await publisher.told('NetStream.Publish.Rejected');
    expect(description).toMatch(new RegExp(`^publisher_${reason}: `));
    await publisher.ended();
  });
});

describe('a node', () => {
  it('tells its publishers when it stops', async () => {
    const stopping = await startTestNode();
    const publisher = await OddPublisher.publish(stopping.rtmpPort, trials.key);
    const onAir = once(stopping.hub, 'channel');
    publisher.send(STREAM);
    await onAir;
    await stopping.close();
    await publisher.ended();
    expect(publisher.statuses.at(-1)!.description).toMatch(/^(publisher_closed|server_stopping): /);
  });
});
