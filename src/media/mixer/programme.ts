/** What goes out, as the clock asks for it: one picture, or one block of sound. */
import { AUDIO_RATE } from '../codec/audio/pcm';
import { followSpeaker } from './arrangement';
import type { ClockEvent } from './clock';
import type { MixParts } from './mix-parts';
import type { AudioInputState } from './mps/audio-mixer';

export function sendPicture(
  { spec, picture, inputs, gateway, clock, overload, frames }: MixParts,
  { index, ms, dueMs }: ClockEvent,
): void {
  if (!picture || (index % 2 === 1 && overload.taken.includes('frame-rate'))) return;
  const atMs = clock.origin + dueMs;
  const heard = new Set(
    spec.seats.filter(({ audio, gain = 1 }) => audio && gain > 0).map(({ userId }) => userId),
  );
  const isMuted = (userId: string): boolean => !heard.has(userId) || !inputs.audio(userId);
  picture.draw((userId, source) => inputs.picture(userId, source, atMs), isMuted);
  if (!gateway.connected) return;
  const frame = picture.encode({ index, ms }, gateway.wantsKeyframe);
  if (!frame) return;
  gateway.video(frame, ms);
  frames.count(performance.now());
}

export function sendSound(parts: MixParts, { index, ms }: ClockEvent): void {
  const { spec, aac, inputs, mixer, gateway, clock } = parts;
  const sources = new Map<string, AudioInputState>();
  // An API of an earlier version writes seats without a gain.
  for (const { userId, audio, gain = 1 } of spec.seats) {
    sources.set(userId, { source: inputs.audio(userId), gain: audio ? gain : 0 });
  }
  mixer.mix(clock.origin + ms, sources, aac.left, aac.right);
  followSpeaker(parts, ms);
  const frame = aac.encode(index);
  // The encoder's first frame lies before the first sample.
  if (frame && frame.sample >= 0) gateway.audio(frame.data, (frame.sample / AUDIO_RATE) * 1000);
}
