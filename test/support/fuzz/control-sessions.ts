/** What apps and media nodes say to control. */
import type { NodeReport } from '../../../src/media/contract';
import { frame } from './corpus';

/** An app's, by packets of Socket.IO (its head, and what follows as JSON). */
export function imSession(token: string, channelId: string): readonly (readonly [string, unknown])[] {
  return [
    ['40', { token }],
    ['420', ['room:join', { channelId }]],
    ['421', ['room:send', { channelId, text: '连麦' }]],
    ['422', ['room:history', { channelId, afterSeq: 0 }]],
    ['3', undefined],
    ['42', ['room:send', { channelId, text: 'without an acknowledgement' }]],
    ['451-3', ['room:send', { channelId, text: { _placeholder: true, num: 0 } }]],
    ['424', ['room:leave', { channelId }]],
    ['41', undefined],
    ['40/other,', { token }],
  ];
}

const upgrade = [
  'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
  ...['Host: a', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13'],
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
].join('\r\n');
const POLL = 'Host: a\r\nContent-Type: text/plain\r\nContent-Length: 26\r\n\r\n40{"token":"x"}\x1e42["a",{}]';

export const UPGRADE: readonly Buffer[] = [
  Buffer.concat([
    Buffer.from(`${upgrade}\r\n\r\n`),
    Buffer.from(frame('40{"token":"x"}') + frame('420["room:join",{"channelId":"x"}]'), 'latin1'),
    // A ping, and a close (RFC 6455, 5.5).
    Buffer.from([0x89, 0x80, 0, 0, 0, 0, 0x88, 0x82, 0, 0, 0, 0, 3, 232]),
  ]),
  Buffer.from(`POST /socket.io/?EIO=4&transport=polling&sid=x HTTP/1.1\r\n${POLL}`),
];

const CHANNEL = '0b8f6f0e-5d0a-4f7e-9c38-7d4f2f1d8a10';
const CONFERENCE = '7e2d8c1a-3f6b-4a59-8d70-1b2c3d4e5f60';
const channel = {
  ...{ channelId: CHANNEL, source: 'host' as const, epoch: 3, viewers: 7, settings: 'r1' },
  publishers: [{ role: 'host' as const, epoch: 3, active: true, ready: true }],
  video: { width: 1280, height: 720, fps: 29.97 },
  relay: { state: 'retrying' as const, reason: 'loop' as const, dropped: 1, sessions: 2 },
};
const member = {
  ...{ memberId: 'b1c2d3e4-f5a6-4b7c-8d9e-0f1a2b3c4d5e', userId: 'ann', connected: true },
  ...{ audio: true, video: true, permissions: 1 },
};

/** A node's, with everything in it that one can say. */
export const NODE_REPORT: NodeReport = {
  ...{ bootId: 'boot', seq: 4, load: 0.2, rtmpPort: 1935 },
  ...{ mediaUrl: 'http://127.0.0.1:1', rtmpUrl: 'rtmp://127.0.0.1:1', controlUrl: 'http://127.0.0.1:1' },
  events: [
    { seq: 9, event: { type: 'channel', ...channel } },
    { seq: 10, event: { type: 'member', conferenceId: CONFERENCE, ...member } },
  ],
  snapshot: { channels: [channel], conferences: [{ conferenceId: CONFERENCE, members: [member] }] },
};
