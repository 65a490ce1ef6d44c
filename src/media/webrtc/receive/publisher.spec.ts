import { FakeTransports } from '../../../../test/support/webrtc/fake-transports';
import { OFFERS } from '../../../../test/support/webrtc/sdp-offers';
import { parseSdp } from '../../codec/rtp/sdp';
import { Publisher } from './publisher';

it.each(Object.entries(OFFERS))('a call takes what %s offers', async (_, { sdp, call }) => {
  const events = { onState: () => undefined, onCandidate: () => undefined, onChange: () => undefined };
  const publisher = new Publisher(new FakeTransports(), events);
  let answer = '';
  await publisher.accept(sdp, (text) => (answer = text));
  const { media } = parseSdp(answer);
  expect(media.map(({ mid }) => mid)).toEqual(parseSdp(sdp).media.map(({ mid }) => mid));
  const taken = media.filter(({ rejected }) => !rejected);
  expect(Object.fromEntries(taken.map(({ mid, codecs }) => [mid, codecs[0]?.payloadType]))).toEqual(call);
  expect([...publisher.tracks.keys()].sort()).toEqual(taken.map(({ type }) => type).sort());
  publisher.close();
});
