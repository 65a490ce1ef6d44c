import { MAX_DELAY_MS, MIN_DELAY_MS, PlayoutClock } from './playout-clock';
import { StreamPlayout } from './stream-playout';

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
        audio.onSenderReport(NTP_START + ms, audioTicks(ms));
        video.onSenderReport(NTP_START + ms - 100, videoTicks(ms - 100));
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
    audio.onSenderReport(NTP_START, audioTicks(0));
    audio.observe(audioTicks(0), 1000);
    video.onSenderReport(NTP_START + 7000, videoTicks(0));
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

  it.each([-700, -300, -100, 100, 300, 700])(
    'puts voice and lips right at once when a report contradicts one that was wrong by %i ms',
    (wrong) => {
      const { audio, video } = member();
      for (let ms = 0; ms < 8000; ms += 20) {
        const arrivalMs = 5000 + ms + 15 + (ms % 60) / 6;
        if (ms % 1000 === 500) video.onSenderReport(NTP_START + ms, videoTicks(ms));
        if (ms === 500) audio.onSenderReport(NTP_START + ms + wrong, audioTicks(ms));
        if (ms === 5500) audio.onSenderReport(NTP_START + ms, audioTicks(ms));
        audio.observe(audioTicks(ms), arrivalMs);
        video.observe(videoTicks(ms), arrivalMs + 30);
        if (ms < 5500) continue;
        const [voice, lips] = [audio, video].map((stream, i) =>
          stream.playoutMs(stream.timeline.ticks((i === 0 ? audioTicks : videoTicks)(ms))),
        ) as [number, number];
        expect(Math.abs(voice - lips)).toBeLessThanOrEqual(40);
        expect(voice - arrivalMs).toBeGreaterThanOrEqual(0);
      }
    },
  );

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
        if (ms % 1000 === 540) video.onSenderReport(NTP_START + ms, videoTicks(ms));
        if (ms % 5000 === 500 && (sends || report !== 'none'))
          audio.onSenderReport(NTP_START + ms, audioTicks(written(ms)));
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
