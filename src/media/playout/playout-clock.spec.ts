import { MAX_DELAY_MS, MIN_DELAY_MS, PlayoutClock, StreamPlayout } from './playout-clock';

describe('StreamPlayout', () => {
  /** Camera and microphone start their RTP timestamps at random; `ntp` is the sender's clock at capture. */
  function member() {
    const clock = new PlayoutClock();
    return {
      audio: new StreamPlayout(48_000, clock, MAX_DELAY_MS),
      video: new StreamPlayout(90_000, clock, 300),
    };
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
        audio: audio.timeline.ticks(audioTicks(ms)),
        video: video.timeline.ticks(videoTicks(ms)),
      };
      audio.observe(audioTicks(ms), 5000 + ms + 15 + (ms % 60) / 20);
      video.observe(videoTicks(ms), 5000 + ms + 75 + (ms % 80) / 20);
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
    const ticks = audio.timeline.ticks(audioTicks(0));
    audio.observe(audioTicks(0), 1000);
    expect(audio.playoutMs(ticks)).toBe(1000 + MIN_DELAY_MS);
  });

  it('does not believe sender reports that contradict the arrival', () => {
    const { audio, video } = member();
    const a = audio.timeline.ticks(audioTicks(0));
    const v = video.timeline.ticks(videoTicks(0));
    audio.timeline.onSenderReport(NTP_START, audioTicks(0));
    audio.observe(audioTicks(0), 1000);
    video.timeline.onSenderReport(NTP_START + 7000, videoTicks(0));
    video.observe(videoTicks(0), 1010);
    expect(video.playoutMs(v)).toBe(1010 + MIN_DELAY_MS);
    expect(audio.playoutMs(a)).toBe(1000 + MIN_DELAY_MS);
  });

  it('learns from a queue in the network that it took for a pause', () => {
    const { audio } = member();
    const way = (ms: number) => (ms < 4000 ? 10 : 10 + Math.max(0, 160 - Math.max(0, ms - 4200)));
    for (let ms = 0; ms < 5500; ms += 20) audio.observe(audioTicks(ms), 5000 + ms + way(ms));
    // The next one as long is waited for.
    const due = audio.playoutMs(audio.timeline.ticks(audioTicks(5480)));
    expect(due - (5000 + 5480 + 10)).toBeGreaterThan(100);
  });

  const gaps = [100, 300, 700, 1500, 2900, 5000, 20_000, 60_000];
  const clocks = ['standing', 'running'] as const;
  /** What sender reports say meanwhile: the clock that would have run, the one that stands, or nothing. */
  const reports = ['extrapolated', 'standing', 'none'] as const;
  it.each(
    gaps.flatMap((gap) => clocks.flatMap((clock) => reports.map((report) => [gap, clock, report] as const))),
  )(
    'after a microphone was mute for %i ms, its clock %s and reports %s, voice and lips meet from its first sound on',
    (gap, clock, report) => {
      const { audio, video } = member();
      const muteAt = 7000;
      const resumeAt = muteAt + gap;
      /** The microphone's RTP time of what was captured at `ms`. */
      const written = (ms: number): number => {
        if (ms < muteAt || clock === 'running') return ms;
        return ms >= resumeAt ? ms - gap : report === 'standing' ? muteAt : ms;
      };
      const off: number[] = [];
      const due: number[] = [];
      for (let ms = 0; ms < resumeAt + 8000; ms += 20) {
        const sends = ms < muteAt || ms >= resumeAt;
        const arrivalMs = 5000 + ms + 15 + (ms % 60) / 6;
        video.observe(videoTicks(ms), 5000 + ms + 45 + (ms % 80) / 8);
        if (sends) audio.observe(audioTicks(written(ms)), arrivalMs);
        if (ms % 1000 === 540) video.timeline.onSenderReport(NTP_START + ms, videoTicks(ms));
        if (ms % 5000 === 500 && (sends || report !== 'none'))
          audio.timeline.onSenderReport(NTP_START + ms, audioTicks(written(ms)));
        if (ms < resumeAt) continue;
        audio.settle(arrivalMs + 19);
        if (audio.inDoubt) {
          // It is not played yet.
          expect(ms).toBeLessThanOrEqual(resumeAt + 40);
          continue;
        }
        const [voice, lips] = [
          audio.timeline.ticks(audioTicks(written(ms))),
          video.timeline.ticks(videoTicks(ms)),
        ];
        off.push(audio.playoutMs(voice) - video.playoutMs(lips));
        due.push(audio.playoutMs(voice) - arrivalMs);
      }
      expect(Math.max(...off.map(Math.abs))).toBeLessThanOrEqual(40);
      // In time to be heard, and no later than it has to be.
      expect(Math.min(...due)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...due)).toBeLessThan(MIN_DELAY_MS + 60);
    },
  );
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

  it('starts anew when everything is too late, for the way has become longer', () => {
    const clock = new PlayoutClock();
    for (let ms = 0; ms < 6000; ms += 20) clock.observe(ms, ms + 10);
    for (let ms = 6000; ms < 6400; ms += 20) clock.observe(ms, ms + 900);
    expect(clock.playoutMs(6380)).toBe(6380 + 900 + MIN_DELAY_MS);
  });

  it('starts anew when the sender got another clock', () => {
    const clock = new PlayoutClock();
    clock.observe(0, 100);
    clock.observe(500_000, 120);
    expect(clock.playoutMs(500_000)).toBe(120 + MIN_DELAY_MS);
  });
});
