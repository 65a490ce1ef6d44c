/** What people, mixers and control say from coming to going, as the doors of a running node hear it. */
import type { EgressClientMessage, MasClientMessage } from '../../../src/contracts';
import type { AmfValue } from '../../../src/media/codec/flv/amf0';
import { parseSdp, writeSdp, type MediaLine } from '../../../src/media/codec/rtp/sdp';
import { egressToken, joinToken } from '../webrtc/mas';
import { RTCP, RTP, SDPS } from './corpus';

/** Of a player behind its handshake, by name, transaction and arguments. */
export const PLAYERS: readonly (readonly AmfValue[])[][] = [
  [
    ['connect', 1, { app: 'live', tcUrl: 'rtmp://127.0.0.1/live', objectEncoding: 0, audioCodecs: 3191 }],
    ['createStream', 2, null],
    ['getStreamLength', 3, null, 'steady'],
    ['play', 4, null, 'steady?token=play-steady', -2000],
    ['pause', 5, null, true, 1000],
    ['pause', 6, null, false, 1000],
    ['seek', 7, null, 5000],
    ['receiveAudio', 8, null, false],
    ['receiveVideo', 9, null, true],
    ['play2', 10, null, { len: -1, offset: 0, oldStreamName: '', start: -2, streamName: 'steady' }],
    ['closeStream', 0, null],
    ['deleteStream', 11, null, 1],
  ],
  [
    ['connect', 1, { app: 'live/', swfUrl: 'https://a/b.swf', pageUrl: '', objectEncoding: 3 }],
    ['createStream', 2, null],
    ['FCSubscribe', 3, null, 'steady?token=play-steady'],
    ['play', 4, null, 'steady?token=play-steady'],
    ['deleteStream', 5, null, 1],
    ['createStream', 6, null],
    ['play', 7, null, 'steady?token=play-other'],
  ],
];

/** What control asks of a node. */
export const CONTROL_CALLS: readonly { path: string; body: object }[] = [
  {
    path: '/control/channels/other/settings',
    body: {
      ...{ revision: 'r2', flvMarkers: true, playGeneration: 3, awaitsMix: false },
      doors: { suspended: false, pushGeneration: 1, putOut: ['viewer-1'] },
      relay: { url: 'rtmp://127.0.0.1:1/live/key' },
    },
  },
  { path: '/control/channels/other/promote', body: { role: 'host', epoch: 7, from: 1 } },
  { path: '/control/channels/other/disconnect', body: { role: 'mix' } },
  { path: '/control/channels/other/end', body: { epoch: 3 } },
  { path: '/control/conferences/fuzz/close', body: {} },
  { path: '/control/conferences/fuzz/release', body: {} },
  { path: '/control/conferences/fuzz/members/fuzz1/close', body: {} },
  {
    path: '/control/conferences/fuzz/members/fuzz2/permissions',
    body: { audio: false, video: true, version: 2 },
  },
];

const CANDIDATES = [
  'candidate:1 1 UDP 2122317823 192.0.2.7 40000 typ host',
  'candidate:842163049 1 udp 1677729535 198.51.100.4 46154 typ srflx raddr 10.0.1.1 rport 46154 generation 0',
  'candidate:2 1 TCP 2105524479 192.0.2.7 9 typ host tcptype active',
  'candidate:3 1 UDP 2122252543 2001:db8::1 40001 typ host',
];
export const FRAGMENT = [
  ...['a=ice-ufrag:peer', `a=ice-pwd:${'q'.repeat(24)}`, 'm=audio 9 UDP/TLS/RTP/SAVPF 0', 'a=mid:0'],
  ...CANDIDATES.map((candidate) => `a=${candidate}`),
  'a=end-of-candidates',
].join('\r\n');

/** An answer to the slots of a subscriber. */
const ANSWER = writeSdp(parseSdp(SDPS[0]!).transport, [
  ...Array.from({ length: 16 }, (_, i): MediaLine => {
    const type = i % 2 ? 'video' : 'audio';
    const codec = i % 2 ? { name: 'h264', clockRate: 90_000 } : { name: 'opus', clockRate: 48_000 };
    const codecs = [{ payloadType: i % 2 ? 96 : 111, channels: i % 2 ? 1 : 2, parameters: '', ...codec }];
    return { type, mid: `${type[0]}${i >> 1}`, direction: 'recvonly', codecs };
  }),
]).replaceAll('a=setup:actpass', 'a=setup:passive');

/** The camera's m-line once more, for a screen, in an offer for the same connection. */
const SHARING = SDPS[0]! + SDPS[0]!.slice(SDPS[0]!.indexOf('m=video')).replace('a=mid:1', 'a=mid:2');

/** What a participant's page says from joining to leaving; the token is one of test/support/webrtc/mas.ts. */
export function masSession(memberId: string, conferenceId: string): MasClientMessage[] {
  return [
    { type: 'join', token: joinToken(memberId, { conferenceId }), slotPairs: 8, screenSlots: 2 },
    { type: 'pub-offer', sdp: SDPS[0]! },
    { type: 'candidate', pc: 'pub', candidate: CANDIDATES[0]!, mid: '0' },
    { type: 'candidate', pc: 'pub', candidate: CANDIDATES[1]!, mid: '1' },
    { type: 'sub-answer', sdp: ANSWER, bank: 0 },
    { type: 'candidate', pc: 'sub', bank: 0, candidate: CANDIDATES[2]!, mid: null },
    { type: 'want', pictures: [{ userId: 'user-a', height: 360 }] },
    { type: 'pub-offer', sdp: SHARING, screen: '2' },
    { type: 'want', pictures: [{ userId: 'user-a', source: 'screen', height: 720 }] },
    { type: 'pub-offer', sdp: SDPS[0]! },
    { type: 'restart', pc: 'sub' },
    { type: 'restart', pc: 'pub' },
    { type: 'pub-offer', sdp: SDPS[1]! },
    { type: 'want', pictures: [] },
    { type: 'leave' },
  ];
}

/** A mixer's. Port 9 discards. */
export const EGRESS_SESSION: readonly EgressClientMessage[] = [
  { type: 'subscribe', token: egressToken({ conferenceId: 'call' }), udpPort: 9, screens: true },
  { type: 'want', pictures: [{ userId: 'user-a', height: 360 }] },
];

/** A binding request (RFC 8489), a client's hello (RFC 6347, 4.2.1), an alert, and RTP and RTCP in the clear. */
export const DATAGRAMS: readonly Buffer[] = [
  Buffer.from(
    '000100342112a442' +
      '01'.repeat(12) +
      '00060009706565723a61626364000000' +
      '802a0008' +
      '11'.repeat(8) +
      '00240004' +
      '6e001eff' +
      '80280004' +
      'deadbeef',
    'hex',
  ),
  Buffer.from(
    '16fefd0000000000000000003a0100002e000000000000002efefd' + '5a'.repeat(32) + '00000002c02b0100000000',
    'hex',
  ),
  Buffer.from('15fefd00010000000000010002022a', 'hex'),
  ...RTP.slice(0, 4),
  ...RTCP,
  Buffer.from([0]),
  Buffer.alloc(1500, 0x80),
];
