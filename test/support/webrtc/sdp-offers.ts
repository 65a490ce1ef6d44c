/**
 * Offers in the shape in which publishers make them, shortened: where ICE and DTLS stand, which ports and attributes
 * m-lines have, how codecs and their parameters are written.
 */

const FINGERPRINT = `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, i) => (i + 16).toString(16).toUpperCase()).join(':')}`;
const ICE = ['a=ice-ufrag:peer', `a=ice-pwd:${'q'.repeat(24)}`];
const session = (...lines: string[]) => [
  'v=0',
  'o=- 4611731400430051336 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  ...lines,
];
const join = (...lines: string[]) => `${lines.join('\r\n')}\r\n`;

/** libwebrtc: Chrome, Safari, and Larix, which is built on it. */
function libwebrtc(video: string[], direction = 'sendonly'): string {
  const media = (mid: number) => [
    'c=IN IP4 0.0.0.0',
    'a=rtcp:9 IN IP4 0.0.0.0',
    ...ICE,
    'a=ice-options:trickle',
    FINGERPRINT,
    'a=setup:actpass',
    `a=mid:${mid}`,
    'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
    `a=${direction}`,
    'a=msid:stream track',
    'a=rtcp-mux',
    'a=rtcp-rsize',
  ];
  return join(
    ...session('a=group:BUNDLE 0 1', 'a=extmap-allow-mixed', 'a=msid-semantic: WMS stream'),
    'm=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8',
    ...media(0),
    'a=rtpmap:111 opus/48000/2',
    'a=rtcp-fb:111 transport-cc',
    'a=fmtp:111 minptime=10;useinbandfec=1',
    'a=rtpmap:63 red/48000/2',
    'a=fmtp:63 111/111',
    'a=rtpmap:0 PCMU/8000',
    'a=ssrc:11 cname:c',
    `m=video 9 UDP/TLS/RTP/SAVPF ${video.map((line) => /:(\d+)/.exec(line)![1]).join(' ')}`,
    ...media(1),
    'a=extmap:13 urn:3gpp:video-orientation',
    ...video,
    'a=ssrc-group:FID 12 13',
    'a=ssrc:12 cname:c',
    'a=ssrc:13 cname:c',
  );
}

const h264 = (payloadType: number, parameters: string, name = 'H264') =>
  `a=rtpmap:${payloadType} ${name}/90000\r\na=fmtp:${payloadType} ${parameters}`;
const ASYMMETRY = 'level-asymmetry-allowed=1';

/** Firefox: transport attributes of its own, and m-lines for the bundle only. */
function firefox(video: string[], formats = '120 126'): string {
  const media = (mid: number) => [
    'c=IN IP4 0.0.0.0',
    'a=sendonly',
    'a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid',
    ...(mid === 0 ? [] : ['a=bundle-only']),
    ...ICE,
    `a=mid:${mid}`,
    'a=msid:{stream} {track}',
    'a=rtcp-mux',
    'a=setup:actpass',
    `a=ssrc:${mid + 20} cname:{c}`,
  ];
  return join(
    'v=0',
    'o=mozilla...THIS_IS_SDPARTA-99.0 1 0 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=sendrecv',
    FINGERPRINT,
    'a=group:BUNDLE 0 1',
    'a=ice-options:trickle',
    'a=msid-semantic:WMS *',
    'm=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101',
    ...media(0),
    'a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1',
    'a=fmtp:101 0-15',
    'a=rtpmap:109 opus/48000/2',
    'a=rtpmap:101 telephone-event/8000/1',
    `m=video 0 UDP/TLS/RTP/SAVPF ${formats}`.trimEnd(),
    ...media(1),
    ...video,
  );
}
const FIREFOX_VP8 = ['a=fmtp:120 max-fs=12288;max-fr=60', 'a=rtcp-fb:120 nack pli', 'a=rtpmap:120 VP8/90000'];

/** libdatachannel in OBS: transport attributes at the session. */
const obs = join(
  ...session('a=group:BUNDLE 0 1', 'a=group:LS 0 1', 'a=msid-semantic:WMS *', 'a=setup:actpass'),
  ...ICE,
  'a=ice-options:ice2,trickle',
  FINGERPRINT,
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=sendonly',
  'a=ssrc:31 cname:c',
  'a=rtcp-mux',
  'a=rtpmap:111 opus/48000/2',
  'a=fmtp:111 minptime=10;maxaveragebitrate=96000;stereo=1;sprop-stereo=1;useinbandfec=1',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'c=IN IP4 0.0.0.0',
  'a=mid:1',
  'a=sendonly',
  'a=ssrc:32 cname:c',
  'a=rtcp-mux',
  'a=rtpmap:96 H264/90000',
  'a=rtcp-fb:96 nack',
  'a=rtcp-fb:96 nack pli',
  'a=fmtp:96 profile-level-id=42e01f;packetization-mode=1;level-asymmetry-allowed=1',
);

/** webrtcbin in GStreamer's whipsink and whipclientsink: picture first, the rest for the bundle only. */
function gstreamer(parameters: string): string {
  const media = (mid: string) => [
    'c=IN IP4 0.0.0.0',
    'a=setup:actpass',
    ...ICE,
    'a=rtcp-mux',
    'a=rtcp-rsize',
    'a=sendonly',
    `a=mid:${mid}`,
    FINGERPRINT,
    'a=rtcp-mux-only',
  ];
  return join(
    ...session('a=ice-options:trickle', 'a=group:BUNDLE video0 audio1'),
    'm=video 9 UDP/TLS/RTP/SAVPF 96 97',
    ...media('video0'),
    'a=rtpmap:96 H264/90000',
    'a=rtcp-fb:96 nack pli',
    ...(parameters ? [`a=fmtp:96 ${parameters}`] : []),
    'a=rtpmap:97 rtx/90000',
    'a=fmtp:97 apt=96',
    'm=audio 0 UDP/TLS/RTP/SAVPF 98',
    ...media('audio1'),
    'a=bundle-only',
    'a=rtpmap:98 OPUS/48000/2',
    'a=fmtp:98 sprop-maxcapturerate=48000;sprop-stereo=0',
  );
}

/** By publisher: the offer, and the payload types that WHIP and a call take of it, by mid; null: WHIP refuses it. */
export const OFFERS: Record<
  string,
  { sdp: string; whip: Record<string, number> | null; call: Record<string, number> }
> = {
  Chrome: {
    sdp: libwebrtc([
      'a=rtpmap:96 VP8/90000',
      h264(103, `${ASYMMETRY};packetization-mode=1;profile-level-id=42001f`),
      h264(107, `${ASYMMETRY};packetization-mode=0;profile-level-id=42001f`),
      h264(109, `${ASYMMETRY};packetization-mode=1;profile-level-id=42e01f`),
      'a=rtpmap:45 AV1/90000',
      'a=rtpmap:98 VP9/90000\r\na=fmtp:98 profile-id=0',
    ]),
    whip: { '0': 111, '1': 103 },
    call: { '0': 111, '1': 109 },
  },
  Firefox: {
    sdp: firefox([
      'a=fmtp:126 profile-level-id=42e01f;level-asymmetry-allowed=1;packetization-mode=1',
      ...FIREFOX_VP8,
      'a=rtpmap:126 H264/90000',
    ]),
    whip: { '0': 109, '1': 126 },
    call: { '0': 109, '1': 126 },
  },
  'Firefox without H.264': { sdp: firefox(FIREFOX_VP8), whip: null, call: { '0': 109, '1': 120 } },
  // Its capabilities have H.264, which it then can't offer.
  'Firefox 140 that was asked for nothing but H.264': {
    sdp: firefox([], ''),
    whip: null,
    call: { '0': 109 },
  },
  Safari: {
    sdp: libwebrtc([
      h264(96, `${ASYMMETRY};packetization-mode=1;profile-level-id=640c1f`),
      h264(98, `${ASYMMETRY};packetization-mode=1;profile-level-id=42e01f`),
      'a=rtpmap:100 H265/90000\r\na=fmtp:100 level-id=93;tx-mode=SRST',
      'a=rtpmap:104 VP8/90000',
    ]),
    whip: { '0': 111, '1': 96 },
    call: { '0': 111, '1': 98 },
  },
  OBS: { sdp: obs, whip: { '0': 111, '1': 96 }, call: { '0': 111, '1': 96 } },
  'GStreamer, constrained': {
    sdp: gstreamer(
      'packetization-mode=1;profile-level-id=42c016;sprop-parameter-sets="Z0LAFtoCgL/lwFqDA0oA,aM48gA=="',
    ),
    whip: { video0: 96, audio1: 98 },
    call: { video0: 96, audio1: 98 },
  },
  'GStreamer, without profile': {
    sdp: gstreamer('packetization-mode=1'),
    whip: { video0: 96, audio1: 98 },
    call: { video0: 96, audio1: 98 },
  },
  'GStreamer, without parameters': {
    sdp: gstreamer(''),
    whip: { video0: 96, audio1: 98 },
    call: { video0: 96, audio1: 98 },
  },
  'an encoder that writes names large and with spaces': {
    sdp: gstreamer('Packetization-Mode=1; Profile-Level-Id=42E01F; Level-Asymmetry-Allowed=1'),
    whip: { video0: 96, audio1: 98 },
    call: { video0: 96, audio1: 98 },
  },
  Larix: {
    sdp: libwebrtc(
      [
        h264(102, `${ASYMMETRY};packetization-mode=1;profile-level-id=640c34`),
        h264(106, `${ASYMMETRY};packetization-mode=1;profile-level-id=42e034`, 'h264'),
      ],
      'sendrecv',
    ),
    whip: { '0': 111, '1': 102 },
    call: { '0': 111, '1': 106 },
  },
};
