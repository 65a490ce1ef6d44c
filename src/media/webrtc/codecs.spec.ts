import type { SdpMedia } from '../codec/rtp/sdp';
import { chooseCodec } from './codecs';

describe('chooseCodec', () => {
  const media = (type: string, ...codecs: [number, string, string][]): SdpMedia => ({
    type,
    mid: '0',
    rejected: false,
    direction: 'sendonly',
    ssrcs: [],
    simulcast: null,
    midExtensionId: null,
    codecs: codecs.map(([payloadType, name, parameters]) => ({
      payloadType,
      name,
      clockRate: 90_000,
      channels: 1,
      parameters,
    })),
  });

  it('takes H.264 constrained baseline in packetization mode 1', () => {
    const offered = media(
      'video',
      [96, 'vp8', ''],
      [102, 'h264', 'packetization-mode=1;profile-level-id=42001f'],
      [104, 'h264', 'packetization-mode=0;profile-level-id=42e01f'],
      [108, 'h264', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f'],
    );
    expect(chooseCodec(offered)?.payloadType).toBe(108);
  });

  it('takes VP8 where H.264 is missing or of another profile, and nothing it cannot route', () => {
    const high = 'packetization-mode=1;profile-level-id=640c1f';
    const plain = chooseCodec(media('video', [97, 'h264', ''], [96, 'vp8', '']));
    expect(plain?.payloadType).toBe(96);
    expect(chooseCodec(media('video', [97, 'h264', '']))?.payloadType).toBe(97);
    expect(chooseCodec(media('video', [112, 'h264', high], [96, 'vp8', '']))?.payloadType).toBe(96);
    expect(chooseCodec(media('video', [98, 'vp9', '']))).toBeNull();
    expect(chooseCodec(media('audio', [0, 'pcmu', '']))).toBeNull();
    expect(chooseCodec(media('application'))).toBeNull();
  });
});
