import { publish } from '../../../../test/support/webrtc/mas-packets';
import { FakeTransports } from '../../../../test/support/webrtc/fake-transports';
import type { RtpCodec } from '../../webrtc/codecs';
import { PublishedTrack } from '../../webrtc/receive/published-track';
import type { ForwardedMember } from '../member';
import { Subscriber } from './subscriber';

function member(memberId: string, codec: RtpCodec): ForwardedMember {
  const tracks = {
    audio: new PublishedTrack('audio', 'opus', [publish('audio')]),
    video: new PublishedTrack('video', codec, [publish('video', [], codec)]),
  };
  return { memberId, userId: `user-${memberId}`, forwarded: (kind) => tracks[kind] };
}

it('leaves the slot of a picture empty that the client cannot decode, once it has said so', async () => {
  let offer = '';
  const subscriber = new Subscriber(new FakeTransports(), {
    onState: () => undefined,
    onCandidate: () => undefined,
    onOffer: (_, sdp) => (offer = sdp),
  });
  await subscriber.offer();
  const members = [member('a', 'h264'), member('b', 'vp8')];
  const shown = () =>
    subscriber.assign(members).flatMap(({ mid, memberId }) => (memberId === null ? [] : [mid]));
  expect(shown()).toEqual(['a0', 'v0', 'a1', 'v1']);
  // As a Firefox that hasn't fetched H.264 yet answers.
  const withoutH264 = offer
    .replace(/^a=(rtpmap|rtcp-fb|fmtp):108 .*\r\n/gm, '')
    .replace(/actpass/g, 'active');
  await subscriber.accept(0, withoutH264);
  expect(shown()).toEqual(['a0', 'a1', 'v1']);
  await subscriber.accept(0, offer.replace(/actpass/g, 'active'));
  expect(shown()).toEqual(['a0', 'v0', 'a1', 'v1']);
  subscriber.close();
});
