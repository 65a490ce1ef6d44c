import { callCodecs, canShowH264, h264Only } from './video-codecs';

const h264 = (sdpFmtpLine: string) => ({ mimeType: 'video/H264', sdpFmtpLine });
const VP8 = { mimeType: 'video/VP8' };
const CHROME = 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f';
const FIREFOX = 'profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1';
const HIGH = 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640c1f';
const SINGLE = 'profile-level-id=42e01f;level-asymmetry-allowed=1';

it.each([
  ['Chrome', CHROME],
  ['Firefox', FIREFOX],
])('a call sends H.264 as %s writes it before VP8', (_, fmtp) => {
  expect(callCodecs([VP8, h264(SINGLE), h264(HIGH), h264(fmtp), { mimeType: 'video/rtx' }])).toEqual([
    h264(fmtp),
    VP8,
  ]);
  expect(callCodecs([VP8])).toEqual([VP8]);
});

it('the live side gets H.264 alone, constrained baseline first', () => {
  expect(h264Only([VP8, h264(HIGH), h264(SINGLE), h264(FIREFOX)])).toEqual([h264(FIREFOX), h264(HIGH)]);
  expect(h264Only([VP8])).toEqual([]);
});

it.each([
  ['a=rtpmap:120 VP8/90000\r\n', false],
  ['a=rtpmap:120 VP8/90000\r\na=rtpmap:126 H264/90000\r\n', true],
])('what a browser can show is what it offers to receive: %j', async (codecs, can) => {
  const before = Reflect.get(globalThis, 'RTCPeerConnection') as unknown;
  const close = jest.fn();
  // Capabilities are not asked: those of Firefox 140 have H.264 before it has got any.
  Reflect.set(
    globalThis,
    'RTCPeerConnection',
    class {
      close = close;
      addTransceiver = () => undefined;
      createOffer = () => Promise.resolve({ sdp: `v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF 120 126\r\n${codecs}` });
    },
  );
  try {
    expect(await canShowH264()).toBe(can);
    expect(close).toHaveBeenCalled();
  } finally {
    Reflect.set(globalThis, 'RTCPeerConnection', before);
  }
});
