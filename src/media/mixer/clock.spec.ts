import { AUDIO_BLOCK_SAMPLES, AUDIO_RATE } from '../codec/audio/pcm';
import { type ClockEvent, OutputSchedule } from './clock';

function drain(schedule: OutputSchedule, elapsedMs: number): ClockEvent[] {
  const events: ClockEvent[] = [];
  for (let event = schedule.take(elapsedMs); event; event = schedule.take(elapsedMs)) events.push(event);
  return events;
}

describe('OutputSchedule', () => {
  it('gives fps frames and 48000/1024 blocks a second, from one origin, in order of time', () => {
    const schedule = new OutputSchedule(25);
    const events: ClockEvent[] = [];
    for (let ms = 0; ms < 10_000; ms += 7) events.push(...drain(schedule, ms));
    const video = events.filter((event) => event.kind === 'video');
    const audio = events.filter((event) => event.kind === 'audio');
    expect(video).toHaveLength(250);
    expect(audio).toHaveLength(Math.ceil((9.996 * AUDIO_RATE) / AUDIO_BLOCK_SAMPLES));
    expect(video[0]!.ms).toBe(0);
    expect(audio[0]!.ms).toBe(0);
    for (let i = 1; i < events.length; i++) {
      expect(events[i]!.dueMs).toBeGreaterThanOrEqual(events[i - 1]!.dueMs);
    }
  });

  it.each([10, 15, 25, 60])('draws pictures in the middle of the time in which they are shown: %d', (fps) => {
    const schedule = new OutputSchedule(fps);
    const events = drain(schedule, 900);
    for (const { kind, ms, dueMs } of events) {
      expect(dueMs - ms).toBeCloseTo(kind === 'video' ? Math.min(500 / fps, 40) : 0, 5);
    }
    // The encoder of sound is two blocks behind, and what it gives out then must not be before a picture of its time.
    const behindMs = (2 * AUDIO_BLOCK_SAMPLES * 1000) / AUDIO_RATE;
    let soundMs = -Infinity;
    for (const { kind, ms } of events) {
      if (kind === 'audio') soundMs = ms - behindMs;
      else expect(ms).toBeGreaterThanOrEqual(soundMs);
    }
  });

  it('does not drift: after an hour the n-th frame is at n / fps', () => {
    const schedule = new OutputSchedule(30000 / 1001);
    drain(schedule, 3_600_000);
    const [event] = drain(schedule, 3_600_100).filter((candidate) => candidate.kind === 'video');
    expect(event!.ms).toBeCloseTo((event!.index * 1001) / 30, 5);
  });

  it('changes its rate with the next frame, which keeps its timestamp', () => {
    const schedule = new OutputSchedule(25);
    drain(schedule, 110);
    schedule.setFps(10);
    const video = drain(schedule, 360).filter((event) => event.kind === 'video');
    expect(video.map(({ index, ms }) => [index, ms])).toEqual([
      [3, 120],
      [4, 220],
      [5, 320],
    ]);
    // What is late counts from there as well.
    expect(drain(schedule, 1380).filter((event) => event.kind === 'video')).toEqual([
      { kind: 'video', index: 15, ms: 1320, dueMs: 1360 },
    ]);
    expect(schedule.framesDropped).toBe(9);
  });

  it('catches up after a short stall with every frame at its true time', () => {
    const schedule = new OutputSchedule(25);
    drain(schedule, 20);
    const late = drain(schedule, 145).filter((event) => event.kind === 'video');
    expect(late.map((event) => event.ms)).toEqual([40, 80, 120]);
    expect(schedule.framesDropped).toBe(0);
  });

  it('after a long stall drops frames, counts them, and goes on with true timestamps', () => {
    const schedule = new OutputSchedule(25);
    drain(schedule, 20);
    const events = drain(schedule, 2020);
    const video = events.filter((event) => event.kind === 'video');
    expect(video.map((event) => event.ms)).toEqual([2000]);
    expect(schedule.framesDropped).toBe(49);
    expect(schedule.blocksDropped).toBeGreaterThan(40);
    expect(drain(schedule, 2060).filter((event) => event.kind === 'video')).toEqual([
      { kind: 'video', index: 51, ms: 2040, dueMs: 2060 },
    ]);
  });
});
