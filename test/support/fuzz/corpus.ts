/** What the mutations begin with: sessions as encoders, browsers and players have them. */
import { encodeAmf0, EcmaArray } from '../../../src/media/codec/flv/amf0';
import { splitAvcc } from '../../../src/media/codec/h264/h264';
import { packetizeH264 } from '../../../src/media/codec/h264/h264-packetizer';
import { serializeRtcp } from '../../../src/media/codec/rtp/rtcp';
import { buildRtp } from '../../../src/media/codec/rtp/rtp';
import { MSG, writeChunks } from '../../../src/media/rtmp';
import { flvTag, FLV_VIDEO } from '../../../src/media/codec/flv/flv';
import { AVC_CONFIG, markedStream, type Tag } from '../media/marked-stream';
import { OFFERS } from '../webrtc/sdp-offers';

export const TAGS: readonly Tag[] = markedStream(2);

const chunk = (type: number, streamId: number, at: number, payload: Buffer) =>
  writeChunks({ type, streamId, timestampMs: at, payload }, 3 + (type % 4), 128);
/** A command's message in chunks. */
export const commandChunk = (payload: Buffer): Buffer => chunk(MSG.command, 1, 0, payload);
const command = (...values: Parameters<typeof encodeAmf0>[0]) => encodeAmf0(values);

export const COMMANDS: readonly Buffer[] = [
  command('connect', 1, { app: 'live', tcUrl: 'rtmp://127.0.0.1/live', objectEncoding: 0 }),
  command('releaseStream', 2, null, 'fuzz?token=host.1'),
  command('createStream', 3, null),
  command('publish', 4, null, 'fuzz?token=host.1', 'live'),
  command('play', 5, null, 'steady?token=play-steady', -2),
  command('@setDataFrame', 'onMetaData', new EcmaArray({ width: 1280, framerate: 25, stereo: true })),
  command('FCUnpublish', 6, null, 'fuzz?token=host.1'),
  command('deleteStream', 7, null, 1),
];

/** Bodies of aggregate messages: tags of FLV. */
export const AGGREGATES: readonly Buffer[] = [3, 20].map((tags) =>
  Buffer.concat(TAGS.slice(0, tags).map(({ type, at, body }) => flvTag(type, at, body))),
);

/** Each a whole session behind the handshake: connecting, publishing, media, the end. */
export const RTMP_SESSIONS: readonly Buffer[] = [10, 60, 120].map((tags) =>
  Buffer.concat([
    ...COMMANDS.slice(0, 4).map((payload) => chunk(MSG.command, 1, 0, payload)),
    ...TAGS.slice(0, tags).map(({ type, at, body }) => chunk(type, 1, at, body)),
    chunk(MSG.aggregate, 1, tags * 40, AGGREGATES[0]!),
    ...COMMANDS.slice(6).map((payload) => chunk(MSG.command, 1, 0, payload)),
  ]),
);

export const HANDSHAKE = Buffer.concat([Buffer.from([3]), Buffer.alloc(1536 * 2)]);

export const AVC_RECORDS: readonly Buffer[] = [AVC_CONFIG];
const pictures = TAGS.filter(({ type, body }) => type === FLV_VIDEO && body[1] === 1).map(({ body }) =>
  body.subarray(5),
);
export const ACCESS_UNITS: readonly Buffer[] = pictures.slice(0, 30);

export const RTP: readonly Buffer[] = [
  ...pictures.slice(0, 20).flatMap((picture, i) =>
    packetizeH264(splitAvcc(picture), 60).map((payload, j, all) =>
      buildRtp({
        payloadType: 96,
        sequenceNumber: (i * 20 + j) & 0xffff,
        timestamp: i * 3600,
        ssrc: 7,
        marker: j === all.length - 1,
        payload,
      }),
    ),
  ),
  // VP8 with a picture id and TL0PICIDX, and Opus.
  buildRtp({
    payloadType: 97,
    sequenceNumber: 1,
    timestamp: 1,
    ssrc: 8,
    marker: true,
    payload: Buffer.from('90e08001203000009d012a80010801', 'hex'),
  }),
  buildRtp({
    payloadType: 111,
    sequenceNumber: 1,
    timestamp: 960,
    ssrc: 9,
    marker: false,
    payload: Buffer.from('fcfffe', 'hex'),
  }),
];

export const RTCP: readonly Buffer[] = [
  serializeRtcp([
    {
      type: 'sr',
      ssrc: 7,
      ntp: 0x1234567890n,
      rtpTimestamp: 90,
      packetCount: 9,
      octetCount: 99,
      reports: [],
    },
    { type: 'nack', senderSsrc: 1, mediaSsrc: 7, sequenceNumbers: [1, 2, 9, 30] },
  ]),
  serializeRtcp([{ type: 'pli', senderSsrc: 1, mediaSsrc: 7 }]),
];

export const SDPS: readonly string[] = Object.values(OFFERS).map((offer) => offer.sdp);

/** A masked frame of text below 126 bytes (RFC 6455, 5.2), as latin1. */
export const frame = (text: string): string =>
  `\x81${String.fromCharCode(0x80 | text.length)}\0\0\0\0${text}`;
const UPGRADE =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n';

export const HTTP: readonly string[] = [
  'GET /live/steady.flv?token=play-steady HTTP/1.1\r\nHost: a\r\n\r\n',
  'GET /live/steady.m3u8?token=play-steady HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n',
  'GET /live/steady/hls/abc/live.m3u8?_HLS_msn=3&_HLS_part=1 HTTP/1.1\r\nHost: a\r\n\r\n',
  'POST /control/channels/fuzz/settings HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer control\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"revision":1}',
  'POST /whip/fuzz HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n',
  `GET /live/steady.flv?token=play-steady HTTP/1.1\r\nHost: a\r\n${UPGRADE}`,
  `GET /mas HTTP/1.1\r\nHost: a\r\n${UPGRADE}${frame('{"type":"join","token":"x"}')}${frame('{"type":"leave"}')}`,
  `GET /mas/egress HTTP/1.1\r\nHost: a\r\n${UPGRADE}${frame('{"type":"subscribe","token":"x","udpPort":9}')}`,
];

export const MAS_MESSAGES: readonly string[] = [
  { type: 'join', token: 'x', slotPairs: 8 },
  { type: 'pub-offer', sdp: 'v=0' },
  { type: 'sub-answer', sdp: 'v=0', bank: 0 },
  { type: 'candidate', pc: 'pub', candidate: 'candidate:1 1 UDP 1 192.0.2.7 4 typ host', mid: '0' },
  { type: 'want', pictures: [{ userId: 'a', height: 360 }] },
  { type: 'restart', pc: 'sub' },
].map((message) => JSON.stringify(message, null, 1));

export const TAG_BODIES: readonly Buffer[] = TAGS.map(({ body }) => body);
