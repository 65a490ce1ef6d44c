/** Encoders as they are: how they connect, what they say before and beside the media, and how it lies on the wire. */
import type { AmfObject } from '../../../src/media/codec/flv/amf0';
import { EncoderTrials, judge, STREAM } from '../../support/media/encoder-trials';
import { oddMetadata } from '../../support/media/odd-metadata';
import { oddity } from '../../support/media/encoder-oddities';
import { OddPublisher, type PublisherOptions } from '../../support/media/odd-publisher';
import { until } from '../../support/waiting/until';

let trials: EncoderTrials;
beforeAll(async () => void (trials = await EncoderTrials.start()));
afterAll(() => trials.stop());
beforeEach(() => trials.next());
afterEach(() => trials.leave());

const about = (more: AmfObject): PublisherOptions => ({
  about: { app: 'live', type: 'nonprivate', ...more },
});

it.each<[string, PublisherOptions]>([
  ['chunks of 128 bytes, which are never announced', { wire: { chunkBytes: 128 } }],
  ['chunks of one byte', { wire: { chunkBytes: 1 } }],
  ['chunks larger than any message', { wire: { chunkBytes: 0x7fffffff } }],
  ['a chunk size that changes within a picture', { wire: { chunkBytes: 100, resizing: true } }],
  ['chunks of picture and sound in turn', { wire: { chunkBytes: 64, interleaved: true } }],
  ['headers of all four types', { wire: { deltas: true } }],
  ['these, in turn and small', { wire: { deltas: true, chunkBytes: 100, interleaved: true } }],
  ['chunk stream ids of two bytes', { wire: { csid: { audio: 64, video: 319 } } }],
  ['chunk stream ids of three bytes', { wire: { csid: { audio: 320, video: 65_599 } } }],
  ['sound and picture on one chunk stream', { wire: { csid: { audio: 4, video: 4 }, deltas: true } }],
  ['aggregate messages', { wire: { aggregated: 5 } }],
  ['bytes one by one, the handshake too', { pieceBytes: 1 }],
  ['pieces of seven bytes', { pieceBytes: 7, wire: { chunkBytes: 128 } }],
  ['an acknowledgement after every byte', { windowBytes: 1 }],
  ['an acknowledgement never', { windowBytes: 0xffffffff }],
  ['AMF3 messages', { amf3: true, ...about({ objectEncoding: 3 }) }],
  ['releaseStream and FCPublish', { asks: ['releaseStream', 'FCPublish'] }],
  ['other questions', { asks: ['getStreamLength', '_checkbw', 'FCSubscribe', 'onBWDone', '_error'] }],
  ['no type to publish as', { as: null }],
  ['publishing to record', { as: 'record' }],
  ['publishing to append', { as: 'append' }],
  ['a type that there is not', { as: 'whatever' }],
  ['tcUrl with a port', about({ tcUrl: 'rtmp://live.example.net:1935/live' })],
  ['tcUrl with an IPv6 address', about({ tcUrl: 'rtmp://[2001:db8::1]:1935/live' })],
  ['tcUrl of another scheme', about({ tcUrl: 'rtmps://live.example.net/live' })],
  ['an app with a slash behind it', about({ app: 'live/' })],
])('%s', async (_, publisher) => judge(await trials.seen({ publisher })));

it.each<[string, number, PublisherOptions]>([
  ['extended timestamps', 0xffffff - 2000, {}],
  ['extended timestamps in small chunks', 0xffffff - 2000, { wire: { chunkBytes: 100 } }],
  [
    'extended timestamps that type 3 chunks leave out',
    0xffffff,
    { wire: { chunkBytes: 100, shortType3: true } },
  ],
  ['timestamps that wrap, as deltas', 0xffffffff - 3000, { wire: { deltas: true, chunkBytes: 100 } }],
  ['timestamps that wrap in aggregates', 0xffffffff - 3000, { wire: { aggregated: 4 } }],
])('%s', async (_, startMs, publisher) =>
  judge(await trials.seen({ publisher, odd: oddity.startsAt(startMs) })),
);

it.each(Object.entries(oddMetadata))('metadata: %s', async (_, body) =>
  judge(await trials.seen({ odd: oddity.metadata(body) })),
);

it.each<[string, AmfObject]>([
  ['another app', { app: 'vod' }],
  ['no app', { tcUrl: 'rtmp://127.0.0.1/live' }],
  ['an app of another type', { app: 5 }],
])('%s is refused by name', async (_, own) => {
  const publisher = trials.keep(await OddPublisher.connect(trials.node.rtmpPort, { about: own }));
  await publisher.ended();
  expect(publisher.heard).toEqual([
    expect.objectContaining({
      name: '_error',
      args: [null, expect.objectContaining({ level: 'error', code: 'NetConnection.Connect.InvalidApp' })],
    }),
  ]);
});

it('a publisher whose connection is cut leaves, and may come back', async () => {
  const first = await trials.publish();
  first.send(STREAM.filter(({ at }) => at < 2000));
  await until(trials.isActive);
  first.close();
  await until(() => trials.node.hub.snapshot().every(({ channelId }) => channelId !== trials.channelId));
  judge(await trials.seen({}));
});
