import { buildAudioSpecificConfig } from '../codec/audio/aac';
import type { SourceRole } from '../contract';
import { isFrame, type MediaUnit } from '../stream';
import { Channel } from './channel';
import type { Source } from './source';

/** A publisher that says in its data who it is. */
class FakePublisher {
  closed: string | null = null;
  readonly source: Source;
  private readonly config: Buffer;

  constructor(
    private readonly channel: Channel,
    readonly role: SourceRole,
    epoch: number,
    private readonly name = `${role}${epoch}`,
    /** Its own clock, ms. */
    private clock = 1_000_000 * epoch,
  ) {
    this.config = Buffer.from(`config of ${this.name}`);
    this.source = channel.publish({ channelId: 'c', role, epoch }, (reason) => (this.closed = reason));
  }

  headers(): this {
    this.write({ kind: 'video-config', dtsMs: this.clock, config: this.config });
    this.write({ kind: 'audio-config', dtsMs: this.clock, config: this.config });
    return this;
  }

  frame(keyframe = false, reorderMs = 0): this {
    this.clock += 40;
    const dtsMs = this.clock;
    this.write({ kind: 'audio', dtsMs, data: Buffer.from(this.name) });
    this.write({ kind: 'video', dtsMs, ptsMs: dtsMs + reorderMs, keyframe, data: Buffer.from(this.name) });
    return this;
  }

  /** Headers and a keyframe. */
  begin(): this {
    return this.headers().frame(true);
  }

  write(unit: MediaUnit): void {
    this.channel.write(this.source, unit);
  }

  /** Its clock jumps by so much, ms. */
  jump(ms: number): this {
    this.clock += ms;
    return this;
  }

  leave(): void {
    this.channel.remove(this.source);
  }
}

let channel: Channel;
let units: MediaUnit[];
let ended: number;

beforeEach(() => {
  jest.useFakeTimers();
  channel = new Channel('c', { graceMs: 10_000 });
  units = [];
  ended = 0;
  channel.stream.subscribe((unit) => units.push(unit));
  channel.on('end', () => (ended += 1));
});
afterEach(() => {
  channel.close();
  jest.useRealTimers();
});

/** Whose pictures viewers saw, in order. */
const seen = (): string[] => {
  const names = units.flatMap((unit) => (unit.kind === 'video' ? [unit.data.toString()] : []));
  return names.filter((name, i) => name !== names[i - 1]);
};
const publisher = (role: SourceRole, epoch: number, name?: string): FakePublisher =>
  new FakePublisher(channel, role, epoch, name);
const shown = (): string => `${channel.snapshot(0).source} ${channel.snapshot(0).epoch}`;

describe('who is on the air', () => {
  it.each<[string, [SourceRole, number], [SourceRole, number], string]>([
    ['a higher epoch takes over', ['host', 1], ['mix', 2], 'mix 2'],
    ['a lower epoch does not', ['mix', 2], ['host', 1], 'mix 2'],
    ['of the same epoch the newer does', ['host', 1], ['mix', 1], 'mix 1'],
    ['of the same role and epoch the newer does', ['host', 1], ['host', 1], 'host 1'],
  ])('%s', (_, first, second, expected) => {
    const a = publisher(...first, 'a').begin();
    const b = publisher(...second, 'b').begin();
    a.frame();
    b.frame();
    expect(shown()).toBe(expected);
    expect(seen()).toEqual(expected === `${second[0]} ${second[1]}` ? ['a', 'b'] : ['a']);
    expect(a.closed).toBe(first[0] === second[0] ? 'superseded' : null);
    expect(b.closed).toBeNull();
  });

  it('switches only with headers and a keyframe in hand', () => {
    publisher('host', 1).begin();
    const mix = publisher('mix', 2);
    mix.frame(true); // no headers
    mix.headers().frame();
    expect(shown()).toBe('host 1');
    mix.frame(true);
    expect(shown()).toBe('mix 2');
  });

  it('tells when a standby is ready', () => {
    publisher('mix', 2).begin();
    const host = publisher('host', 1).headers();
    let changes = 0;
    channel.on('change', () => (changes += 1));
    host.frame(true);
    expect(changes).toBe(1);
    expect(channel.snapshot(0).publishers).toMatchObject([{ ready: true }, { active: false, ready: true }]);
  });

  it('tells how rare keyframes are, when it has become worse', () => {
    const host = publisher('host', 1).begin();
    let changes = 0;
    channel.on('change', () => (changes += 1));
    for (let index = 0; index < 100; index++) host.frame(index % 25 === 24);
    expect(changes).toBe(2); // 500 ms and 1 s
    expect(host.source.keyframeIntervalMs).toBe(1000);
  });

  it('takes over from an encoder whose clock was put back, too', () => {
    const host = publisher('host', 1).begin().frame().jump(-100_000).frame();
    const mix = publisher('mix', 2).begin();
    host.frame();
    mix.frame();
    expect(shown()).toBe('mix 2');
  });

  it('host, mix, host again when the mix ends, without a step back in time', () => {
    const host = publisher('host', 1).begin();
    const mix = publisher('mix', 2).begin();
    for (let i = 0; i < 20; i++) {
      host.frame(i === 10);
      mix.frame();
    }
    mix.leave();
    expect(shown()).toBe('host 1'); // at once, from the GOP it has in hand
    host.frame();
    expect(seen()).toEqual(['host1', 'mix2', 'host1']);
    for (const track of ['video', 'audio']) {
      const times = units.filter(({ kind }) => kind.startsWith(track)).map(({ dtsMs }) => dtsMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
    const gaps = units.filter(isFrame).map(({ dtsMs }, i, all) => dtsMs - (all[i - 1]?.dtsMs ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(60);
  });

  it('marks a change of configuration before the new headers, and only a change', () => {
    publisher('host', 1).begin();
    publisher('mix', 2).begin();
    const kinds = units.filter((unit) => !isFrame(unit)).map(({ kind }) => kind);
    expect(kinds).toEqual(['video-config', 'audio-config', 'discontinuity', 'video-config', 'audio-config']);
    publisher('mix', 2, 'mix2').begin(); // the same encoder again
    expect(units.filter(({ kind }) => kind === 'discontinuity')).toHaveLength(1);
  });

  it('promotes a standing publisher: it takes over with its next keyframe', () => {
    const host = publisher('host', 1).begin();
    const mix = publisher('mix', 2).begin();
    expect(channel.promote('host', 3)).toBe(true);
    expect(shown()).toBe('mix 2');
    host.frame(true);
    expect(shown()).toBe('host 3');
    mix.frame(true);
    expect(shown()).toBe('host 3');
    expect(channel.promote('host', 2)).toBe(true); // never down
    expect(shown()).toBe('host 3');
    mix.leave();
    expect(channel.promote('mix', 9)).toBe(false);
    expect(channel.promote('host', 9, 2)).toBe(false); // there is none of that epoch
  });

  it('leaves no hole of B-frames: the switch waits until the active source has completed its pictures', () => {
    const host = publisher('host', 1).begin();
    host.frame(false, 120).frame(false, 0).frame(false, 0); // P B B
    host.frame(false, 120);
    const mix = publisher('mix', 2).begin();
    expect(shown()).toBe('host 1');
    host.frame(false, 0).frame(false, 0);
    mix.frame();
    expect(shown()).toBe('host 1');
    host.frame(false, 120);
    expect(shown()).toBe('mix 2');
  });

  it('has sound beside a long GOP that it catches up with, so that players keep its only keyframe', () => {
    const aac = buildAudioSpecificConfig(48_000, 2);
    const host = publisher('host', 1).headers();
    host.write({ kind: 'audio-config', dtsMs: 0, config: aac });
    host.frame(true);
    const mix = publisher('mix', 2).begin();
    for (let i = 0; i < 500; i++) host.frame();
    const before = units.length;
    mix.leave();
    const times = (kind: string) =>
      units.slice(before).flatMap((unit) => (unit.kind === kind ? [unit.dtsMs] : []));
    const [pictures, sound] = [times('video'), times('audio')];
    expect(pictures).toHaveLength(501);
    expect(sound[0]! - pictures[0]!).toBeLessThanOrEqual(22);
    expect(pictures.at(-1)! - sound.at(-1)!).toBeLessThan(2 * 22);
    expect(Math.max(...sound.slice(1).map((ms, i) => ms - sound[i]!))).toBeLessThanOrEqual(22);
  });

  it('takes sound without a picture after a second', () => {
    const host = publisher('host', 1);
    host.write({ kind: 'audio-config', dtsMs: 0, config: Buffer.from('aac') });
    for (let dtsMs = 0; dtsMs < 1000; dtsMs += 20)
      host.write({ kind: 'audio', dtsMs, data: Buffer.from('a') });
    expect(shown()).toBe('none 0');
    host.write({ kind: 'audio', dtsMs: 1000, data: Buffer.from('a') });
    expect(shown()).toBe('host 1');
  });
});

describe('grace', () => {
  it('holds viewers, and goes on where it stopped', () => {
    publisher('host', 1, 'a').begin().leave();
    const before = units.at(-1)!.dtsMs;
    jest.advanceTimersByTime(9000);
    expect([shown(), ended, channel.onAir]).toEqual(['host 1', 0, true]);
    publisher('host', 1, 'b').begin();
    jest.advanceTimersByTime(20_000);
    expect(ended).toBe(0);
    const key = units.find((unit) => unit.kind === 'video' && unit.data.toString() === 'b');
    expect(key!.dtsMs).toBeGreaterThan(before);
    expect(key!.dtsMs - before).toBeLessThanOrEqual(20);
  });

  it('ends viewers when nobody comes', () => {
    publisher('host', 1).begin().leave();
    jest.advanceTimersByTime(10_000);
    expect([shown(), ended, channel.onAir, channel.idle]).toEqual(['none 0', 1, false, true]);
  });

  it('holds viewers longer while control makes another mix', () => {
    channel.awaited = true;
    publisher('mix', 2).begin().leave();
    jest.advanceTimersByTime(59_000);
    expect([shown(), ended]).toEqual(['mix 2', 0]);
    channel.awaited = false;
    jest.advanceTimersByTime(9_000);
    expect(ended).toBe(0);
    jest.advanceTimersByTime(1_000);
    expect([shown(), ended]).toEqual(['none 0', 1]);
  });

  it('takes a lower epoch while it holds', () => {
    publisher('mix', 2).begin().leave();
    publisher('host', 1).begin();
    expect(shown()).toBe('host 1');
  });
});

it('disconnects a role, and closes everybody', () => {
  const host = publisher('host', 1).begin();
  const mix = publisher('mix', 2).begin();
  expect(channel.disconnect('mix')).toBe(true);
  expect([mix.closed, shown()]).toEqual(['disconnected', 'host 1']);
  expect(channel.disconnect('mix')).toBe(false);
  channel.close();
  channel.close();
  expect([host.closed, channel.idle]).toEqual(['closed', true]);
});

it('ends viewers without grace, unless somebody newer publishes', () => {
  const first = publisher('mix', 2).begin();
  expect(channel.end(1)).toBe(false);
  expect([first.closed, ended]).toEqual([null, 0]);
  const second = publisher('mix', 3);
  expect(channel.end(2)).toBe(true);
  expect([first.closed, second.closed, ended, channel.onAir]).toEqual(['closed', null, 0, true]);
  second.begin();
  expect(channel.end(3)).toBe(true);
  expect([second.closed, ended, channel.idle]).toEqual(['closed', 1, true]);
  expect(channel.end(3)).toBe(false);
});

it('ends viewers who are held already', () => {
  publisher('mix', 2).begin().leave();
  expect([channel.end(2), ended, channel.idle]).toEqual([true, 1, true]);
});

it('restarts with the next keyframe when the encoder changes its configuration', () => {
  const host = publisher('host', 1).begin();
  host.write({ kind: 'video-config', dtsMs: 0, config: Buffer.from('another') });
  const before = units.length;
  host.frame();
  expect(units).toHaveLength(before);
  host.frame(true);
  const restart = units.slice(before);
  expect(restart.map(({ kind }) => kind)).toEqual(['discontinuity', 'video-config', 'video']);
  // As at a switch: in order, after all that was sent, and 20 ms after it at the latest.
  const times = restart.map(({ dtsMs }) => dtsMs - units[before - 1]!.dtsMs);
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect([times[0]! > 0, times.at(-1)! <= 20]).toEqual([true, true]);
  host.frame();
  expect(units.slice(before + 3).map(({ kind, dtsMs }) => [kind, dtsMs - restart[2]!.dtsMs])).toEqual([
    ['audio', 40],
    ['video', 40],
  ]);
});

it('the same configuration again is no restart: an encoder of another bitrate goes on with its keyframe', () => {
  const host = publisher('host', 1).begin();
  const before = units.length;
  host.headers().frame(true).frame();
  expect(units.slice(before).map(({ kind }) => kind)).toEqual(['audio', 'video', 'audio', 'video']);
});

describe('sound', () => {
  const MONO = buildAudioSpecificConfig(44_100, 1);
  /** A source without a header of sound: pictures, 40 ms apart. */
  class Silent {
    readonly source: Source;
    constructor(
      role: SourceRole,
      epoch: number,
      private clock = 0,
    ) {
      this.source = channel.publish({ channelId: 'c', role, epoch }, () => undefined);
      this.write({ kind: 'video-config', dtsMs: 0, config: Buffer.from(`${role}${epoch}`) });
    }
    play(ms: number, gopMs = 400): this {
      for (const end = this.clock + ms; this.clock < end; this.clock += 40) {
        const keyframe = this.clock % gopMs === 0;
        const data = Buffer.from(this.source.role);
        this.write({ kind: 'video', dtsMs: this.clock, ptsMs: this.clock, keyframe, data });
      }
      return this;
    }
    soundComes(dtsMs = this.clock): void {
      this.write({ kind: 'audio-config', dtsMs, config: MONO });
      this.sound(dtsMs);
    }
    sound(dtsMs: number): void {
      this.write({ kind: 'audio', dtsMs, data: Buffer.from('sound') });
    }
    private write(unit: MediaUnit): void {
      channel.write(this.source, unit);
    }
  }
  const kinds = () => units.map(({ kind }) => kind);
  const sounds = () => units.filter((unit) => unit.kind === 'audio');

  it('is silence where none comes, announced with the pictures', () => {
    new Silent('host', 1).play(2000);
    expect(shown()).toBe('host 1');
    expect(kinds().slice(0, 2)).toEqual(['video-config', 'audio-config']);
    expect(sounds().length).toBeGreaterThan(60);
  });

  it('that comes after all begins with a keyframe and a mark; pictures and silence go on until then', () => {
    const host = new Silent('host', 1).play(1000, 2000);
    const before = units.length;
    host.soundComes();
    host.play(960, 2000);
    expect(kinds().slice(before)).not.toContain('discontinuity');
    expect(units.slice(before).filter(({ kind }) => kind === 'video')).toHaveLength(24);
    host.play(80, 2000);
    const mark = kinds().indexOf('discontinuity');
    expect(kinds().slice(mark, mark + 3)).toEqual(['discontinuity', 'audio-config', 'video']);
    expect(units[mark + 2]).toMatchObject({ keyframe: true });
    expect(sounds().map((unit) => unit.data.toString())).not.toContain('sound');
  });

  it('that is ahead of the pictures stays so in silence, and the next source begins behind it', () => {
    const host = new Silent('host', 1);
    host.soundComes(1500);
    host.play(40);
    for (let ms = 1520; ms < 2000; ms += 20) host.sound(ms);
    host.play(3000);
    new Silent('mix', 2, 7_000_000).play(400);
    expect(shown()).toBe('mix 2');
    const dts = sounds().map(({ dtsMs }) => dtsMs);
    expect(dts).toEqual([...dts].sort((one, other) => one - other));
    const pictures = units.filter((unit) => unit.kind === 'video');
    const first = pictures.findIndex((unit) => unit.data.toString() === 'mix');
    const heard = units.slice(0, units.indexOf(pictures[first]!)).filter((unit) => unit.kind === 'audio');
    expect(pictures[first]!.dtsMs).toBeGreaterThan(heard.at(-1)!.dtsMs);
    // Silence went on ahead of the last picture.
    expect(heard.at(-1)!.dtsMs).toBeGreaterThan(pictures[first - 1]!.dtsMs + 1000);
  });

  it('goes on in silence, as it was announced, at the hand-over to a source without any', () => {
    const host = new Silent('host', 1).play(40);
    host.soundComes();
    new Silent('mix', 2).play(2000);
    expect(shown()).toBe('mix 2');
    expect(kinds().filter((kind) => kind === 'audio-config')).toHaveLength(1);
    expect(sounds().length).toBeGreaterThan(50);
  });
});

describe('pictures', () => {
  /** Publishes sound alone; `play` says what it is like. */
  class SoundOnly {
    readonly source: Source;
    private clock = 0;
    constructor(role: SourceRole, epoch: number) {
      this.source = channel.publish({ channelId: 'c', role, epoch }, () => undefined);
      this.write({ kind: 'audio-config', dtsMs: 0, config: buildAudioSpecificConfig(48_000, 2) });
    }
    play(ms: number): this {
      for (const end = this.clock + ms; this.clock < end; this.clock += 20)
        this.write({ kind: 'audio', dtsMs: this.clock, data: Buffer.from('sound') });
      return this;
    }
    private write(unit: MediaUnit): void {
      channel.write(this.source, unit);
    }
  }
  let anew: number;
  beforeEach(() => {
    anew = 0;
    channel.on('anew', () => (anew += 1));
  });
  const kinds = (from = 0) => units.slice(from).map(({ kind }) => kind);
  const pictures = (from = 0) => units.slice(from).filter((unit) => unit.kind === 'video');
  const gaps = (times: number[]) => times.map((ms, i) => ms - (times[i - 1] ?? ms));

  it('are black where none come, for viewers who were told of pictures, until others take over', () => {
    const host = publisher('host', 1).begin().frame();
    const mark = units.length;
    const mix = new SoundOnly('mix', 2).play(6000);
    expect(shown()).toBe('mix 2');
    expect(kinds(mark).slice(0, 5)).toEqual([
      ...['discontinuity', 'video-config', 'audio-config'],
      ...['video', 'audio'],
    ]);
    const black = pictures(mark);
    expect(Math.max(...gaps(black.map(({ dtsMs }) => dtsMs)))).toBe(40);
    const keyframes = black.filter(({ keyframe }) => keyframe).map(({ dtsMs }) => dtsMs);
    expect(keyframes[0]).toBe(black[0]!.dtsMs);
    expect(gaps(keyframes).slice(1)).toEqual([2000, 2000]);
    // Who comes now begins with a picture.
    expect(
      channel.stream
        .burst()
        .map(({ kind }) => kind)
        .slice(0, 3),
    ).toEqual([...['video-config', 'audio-config', 'video']]);
    const times = units.filter(isFrame).map(({ dtsMs }) => dtsMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));

    const back = units.length;
    host.leave();
    channel.remove(mix.source);
    publisher('host', 3).begin().frame();
    expect(kinds(back).slice(0, 3)).toEqual(['discontinuity', 'video-config', 'audio-config']);
    expect(pictures(back).map(({ data }) => data.toString())).toEqual(['host3', 'host3']);
    expect(anew).toBe(0);
  });

  it('are none in a channel that begins with sound alone; when some come, viewers begin anew', () => {
    const host = new SoundOnly('host', 1).play(3000);
    expect(shown()).toBe('host 1');
    expect(new Set(kinds())).toEqual(new Set(['audio-config', 'audio']));
    let before = -1;
    channel.on('anew', () => (before = units.length));
    publisher('mix', 2).begin();
    expect([shown(), anew]).toEqual(['mix 2', 1]);
    expect(kinds(before)[0]).toBe('discontinuity');
    channel.remove(host.source);
  });

  it('that a source says it has no more are black with its next sound', () => {
    const host = publisher('host', 1).begin().frame();
    channel.dropVideo(host.source);
    const mark = units.length;
    host.write({ kind: 'audio', dtsMs: 1_000_120, data: Buffer.from('sound') });
    expect(kinds(mark)).toEqual(['discontinuity', 'video-config', 'video', 'audio']);
    expect(channel.snapshot(0).video).toBeNull();
    const back = units.length;
    host.headers().frame().begin();
    // Sound and black pictures go on until there is a keyframe.
    expect(kinds(back)).toEqual([
      ...['audio', 'video', 'audio'],
      ...['discontinuity', 'video-config', 'video'],
    ]);
    expect(pictures(back).map(({ data }) => data.toString() === 'host1')).toEqual([false, true]);
  });
});
