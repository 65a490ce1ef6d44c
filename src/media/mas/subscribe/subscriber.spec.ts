import { publish } from '../../../../test/support/webrtc/mas-packets';
import { FakeTransports } from '../../../../test/support/webrtc/fake-transports';
import type { RtpCodec } from '../../webrtc/codecs';
import { PublishedTrack } from '../../webrtc/receive/published-track';
import type { ForwardedMember } from '../member';
import { Subscriber } from './subscriber';

function member(memberId: string, codec: RtpCodec, screen = false): ForwardedMember {
  const tracks = {
    microphone: new PublishedTrack('audio', 'opus', [publish('audio')]),
    camera: new PublishedTrack('video', codec, [publish('video', [], codec)]),
    screen: screen ? new PublishedTrack('video', codec, [publish('video', [], codec)]) : null,
  };
  return { memberId, userId: `user-${memberId}`, forwarded: (source) => tracks[source] };
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

describe('screens', () => {
  const events = { onState: () => undefined, onCandidate: () => undefined, onOffer: () => undefined };
  const sharing = (...ids: string[]) => ids.map((id) => member(id, 'h264', true));
  /** Who is in which slot for screens. */
  const screens = (subscriber: Subscriber, members: ForwardedMember[]) =>
    Object.fromEntries(
      subscriber
        .assign(members)
        .filter(({ source }) => source === 'screen')
        .map(({ mid, memberId }) => [mid, memberId]),
    );

  it('have slots of their own, and nobody moves while they share', () => {
    const subscriber = new Subscriber(new FakeTransports(), events, { screens: 2 });
    expect(screens(subscriber, [])).toEqual({ s0: null, s1: null });
    expect(screens(subscriber, sharing('a', 'b', 'c'))).toEqual({ s0: 'a', s1: 'b' });
    const [, b, c] = sharing('a', 'b', 'c');
    expect(screens(subscriber, [member('a', 'h264'), b!, c!])).toEqual({ s0: 'c', s1: 'b' });
    const pairs = subscriber.assign(sharing('a', 'b')).filter(({ memberId }) => memberId !== null);
    expect(pairs.map(({ mid }) => mid)).toEqual(['a0', 'v0', 'a1', 'v1', 's0', 's1']);
    subscriber.close();
  });

  it('are not shown to a client that has asked for no slots for them', () => {
    const subscriber = new Subscriber(new FakeTransports(), events);
    const taken = subscriber.assign(sharing('a')).filter(({ memberId }) => memberId !== null);
    expect(taken.map(({ mid }) => mid)).toEqual(['a0', 'v0']);
    subscriber.close();
  });
});
