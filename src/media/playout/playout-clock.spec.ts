import { MAX_DELAY_MS, MIN_DELAY_MS, PlayoutClock, StreamPlayout } from './playout-clock';

describe('StreamPlayout', () => {
  /** Camera and microphone start their RTP timestamps at random; `ntp` is the sender's clock at capture. */
  function member() {
    const clock = new PlayoutClock();
    return { audio: new StreamPlayout(48_000, clock), video: new StreamPlayout(90_000, clock) };
  }
  const AUDIO_START = 4_294_960_000; // wraps soon
  const VIDEO_START = 123_456;
  const NTP_START = 1_700_000_000_000;
  const audioTicks = (ms: number) => (AUDIO_START + ms * 48) % 2 ** 32;
  const videoTicks = (ms: number) => (VIDEO_START + ms * 90) % 2 ** 32;

  it('plays what was captured together at the same time, though video takes longer to arrive', () => {
    const { audio, video } = member();
    let latest = { audio: 0, video: 0 };
    for (let ms = 0; ms < 4000; ms += 20) {
      latest = {
        audio: audio.timeline.unwrap(audioTicks(ms)),
        video: video.timeline.unwrap(videoTicks(ms)),
      };
      audio.observe(latest.audio, 5000 + ms + 15 + (ms % 60) / 20);
      video.observe(latest.video, 5000 + ms + 75 + (ms % 80) / 20);
      if (ms % 1000 === 500) {
        audio.timeline.onSenderReport(NTP_START + ms, audioTicks(ms));
        video.timeline.onSenderReport(NTP_START + ms - 100, videoTicks(ms - 100));
      }
    }
    expect(Math.abs(audio.playoutMs(latest.audio) - video.playoutMs(latest.video))).toBeLessThan(1);
    // Late enough for the slower one.
    expect(video.playoutMs(latest.video)).toBeGreaterThan(5000 + 3980 + 79);
  });

  it('before sender reports each stream plays by its own arrival', () => {
    const { audio } = member();
    const ticks = audio.timeline.unwrap(audioTicks(0));
    audio.observe(ticks, 1000);
    expect(audio.playoutMs(ticks)).toBe(1000 + MIN_DELAY_MS);
  });

  it('does not believe sender reports that contradict the arrival', () => {
    const { audio, video } = member();
    const a = audio.timeline.unwrap(audioTicks(0));
    const v = video.timeline.unwrap(videoTicks(0));
    audio.timeline.onSenderReport(NTP_START, audioTicks(0));
    audio.observe(a, 1000);
    video.timeline.onSenderReport(NTP_START + 7000, videoTicks(0));
    video.observe(v, 1010);
    expect(video.playoutMs(v)).toBe(1010 + MIN_DELAY_MS);
    expect(audio.playoutMs(a)).toBe(1000 + MIN_DELAY_MS);
  });
});

describe('PlayoutClock', () => {
  it('follows the drift of the sender, up and down', () => {
    for (const drift of [1.0003, 0.9997]) {
      const clock = new PlayoutClock();
      let due = 0;
      for (let ms = 0; ms < 600_000; ms += 20) {
        clock.observe(ms * drift, ms + 30);
        due = clock.playoutMs(ms * drift) - (ms + 30);
      }
      expect(due).toBeGreaterThan(MIN_DELAY_MS - 7);
      expect(due).toBeLessThan(MIN_DELAY_MS + 7);
    }
  });

  it('raises the delay with the jitter, within bounds, and lowers it slowly', () => {
    const clock = new PlayoutClock();
    for (let ms = 0; ms < 1000; ms += 20) clock.observe(ms, ms);
    expect(clock.delayMs).toBe(MIN_DELAY_MS);
    clock.observe(1000, 1120);
    expect(clock.delayMs).toBe(130);
    for (let ms = 1020; ms < 3000; ms += 20) clock.observe(ms, ms + 100);
    expect(clock.delayMs).toBeGreaterThan(100);
    clock.observe(3000, 3900);
    expect(clock.delayMs).toBe(MAX_DELAY_MS);
  });

  it('starts anew when the sender got another clock', () => {
    const clock = new PlayoutClock();
    clock.observe(0, 100);
    clock.observe(500_000, 120);
    expect(clock.playoutMs(500_000)).toBe(120 + MIN_DELAY_MS);
  });
});
