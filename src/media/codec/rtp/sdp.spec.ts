import { parseSdp, SdpError, writeSdp, type SdpTransport } from './sdp';

const transport: SdpTransport = {
  iceUfrag: 'abcd',
  icePwd: 'abcdefghijklmnopqrstuv',
  fingerprint: `sha-256 ${Array(32).fill('AB').join(':')}`,
  setup: 'actpass',
};
const h264 = {
  payloadType: 108,
  name: 'h264',
  clockRate: 90_000,
  channels: 1,
  parameters: 'packetization-mode=1',
};
const opus = { payloadType: 111, name: 'opus', clockRate: 48_000, channels: 2, parameters: '' };

describe('SDP', () => {
  const sdp = writeSdp(transport, [
    {
      type: 'audio',
      mid: 'a0',
      direction: 'sendonly',
      codecs: [opus],
      send: { ssrc: 42, stream: 's', track: 't' },
    },
    { type: 'application', mid: 'data', direction: 'inactive', codecs: [] },
    { type: 'video', mid: 'v0', direction: 'recvonly', codecs: [h264] },
  ]);

  it('reads what it wrote', () => {
    expect(parseSdp(sdp)).toEqual({
      transport,
      media: [
        {
          type: 'audio',
          mid: 'a0',
          rejected: false,
          direction: 'sendonly',
          codecs: [opus],
          ssrcs: [42],
          simulcast: null,
          midExtensionId: null,
        },
        {
          type: 'application',
          mid: 'data',
          rejected: true,
          direction: 'inactive',
          codecs: [],
          ssrcs: [],
          simulcast: null,
          midExtensionId: null,
        },
        {
          type: 'video',
          mid: 'v0',
          rejected: false,
          direction: 'recvonly',
          codecs: [h264],
          ssrcs: [],
          simulcast: null,
          midExtensionId: null,
        },
      ],
    });
  });

  it('reads and writes the extension that names the m-line, and no other', () => {
    const line = { type: 'video', mid: 'v0', codecs: [h264], midExtensionId: 4 };
    const named = writeSdp(transport, [{ ...line, direction: 'recvonly' }]);
    expect(named.match(/^a=extmap.*$/gm)).toEqual(['a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid']);
    expect(parseSdp(named).media[0]).toMatchObject({ midExtensionId: 4 });
  });

  it('offers nothing it does not handle', () => {
    expect(sdp).not.toMatch(/extmap|transport-cc|rtx|red|ulpfec/);
    expect(sdp).toContain('a=group:BUNDLE a0 v0\r\n');
    expect(sdp).toContain('a=rtcp-fb:108 goog-remb\r\n');
  });

  it('tells m-lines that are for the bundle only from those that are rejected (RFC 9143 §6)', () => {
    const [session, first] = sdp.split('m=application')[0]!.split('m=audio');
    const withoutTransport = first!.replace(/^a=(ice|fingerprint|setup).*\r\n/gm, '');
    const bundled = `m=audio${first}m=video${withoutTransport.replace(' 9 ', ' 0 ')}a=bundle-only\r\n`;
    const rejected = `m=video 0 UDP/TLS/RTP/SAVPF 96\r\na=mid:x\r\n`;
    const parsed = parseSdp(`${session}${rejected}${bundled}`);
    expect(parsed.media.map((media) => media.rejected)).toEqual([true, false, false]);
    expect(parsed.transport).toEqual(transport);
  });

  it('takes the direction of the session where an m-line has none', () => {
    const bare = sdp.replace('a=recvonly\r\n', '').replace('t=0 0\r\n', 't=0 0\r\na=sendonly\r\n');
    expect(parseSdp(bare).media.map(({ direction }) => direction)).toEqual([
      'sendonly',
      'inactive',
      'sendonly',
    ]);
  });

  it('reads an offer of simulcast and answers it', () => {
    const offered = [
      'a=extmap:2/sendonly http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
      'a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
      'a=rid:l send',
      'a=rid:m send pt=108',
      'a=rid:r recv',
      'a=simulcast:recv r send l;~m,l;r;x',
    ];
    const withSimulcast = (lines: string[]): string => sdp.replace(/$/, `${lines.join('\r\n')}\r\n`);
    const simulcast = { rids: ['l', 'm'], extensionId: 10 };
    expect(parseSdp(withSimulcast(offered)).media[2]?.simulcast).toEqual(simulcast);
    const line = { type: 'video', mid: '1', direction: 'recvonly' as const, codecs: [h264] };
    const answer = writeSdp(transport, [{ ...line, receive: simulcast }]);
    expect(answer.match(/^a=(extmap|rid|simulcast).*$/gm)).toEqual([
      'a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
      'a=rid:l recv',
      'a=rid:m recv',
      'a=simulcast:recv l;m',
    ]);
    // One layer is no simulcast, and layers that can't be told apart are none.
    const alone = offered.map((each) => each.replace('l;~m,l;r;x', 'l'));
    expect(parseSdp(withSimulcast(alone)).media[2]?.simulcast).toBeNull();
    expect(parseSdp(withSimulcast(offered.slice(2))).media[2]?.simulcast).toBeNull();
    const twoByte = offered.map((each) => each.replace('extmap:10', 'extmap:15'));
    expect(parseSdp(withSimulcast(twoByte)).media[2]?.simulcast).toBeNull();
  });

  it.each([
    ['nothing', ''],
    ['no media', 'v=0\r\n'],
    ['no ICE parameters', 'v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n'],
    ['a line break in the ufrag', sdp.replace(/ice-ufrag:abcd/g, 'ice-ufrag:ab cd')],
    ['a short password', sdp.replace(/abcdefghijklmnopqrstuv/g, 'short')],
    ['a fingerprint that is none', sdp.replace(/(AB:)+AB/g, 'xyz')],
    ['a fingerprint that is too short for its hash', sdp.replace(/AB:AB/g, 'AB')],
    ['a fingerprint of another hash', sdp.replace(/sha-256/g, 'sha-512')],
    ['a role that is none', sdp.replace(/actpass/g, 'boss')],
    ['a payload type beyond 127', sdp.replace('rtpmap:111', 'rtpmap:200')],
    ['too many media', `${sdp}${'m=audio 0 x 0\r\n'.repeat(100)}`],
  ])('refuses %s', (_name, text) => {
    expect(() => parseSdp(text)).toThrow(SdpError);
  });
});
