import type { ChannelSource, PlaybackView, QualityReport } from '../contracts';
import { LianmaiError } from '../errors';
import { Value } from '../util/value';
import type { PlayerEngine } from './engine';
import { Player, type PlayerOptions } from './player';

const REPORT_MS = 30_000;
const FRAME_MS = 40;
/** After which a picture that stands is fetched again. */
const WATCHDOG_MS = 13_000;

/** An element as far as it is used, that shows pictures when it is told to. */
class FakeVideo extends EventTarget {
  paused = true;
  ended = false;
  muted = false;
  /** What the browser allows without a click. */
  allows: 'all' | 'silence' | 'nothing' = 'all';
  private shown = 0;
  private onFrame: ((now: number, frame: object) => void) | null = null;

  play(): Promise<void> {
    if (this.allows === 'nothing' || (this.allows === 'silence' && !this.muted))
      return Promise.reject(new DOMException('', 'NotAllowedError'));
    this.paused = false;
    this.dispatchEvent(new Event('play'));
    return Promise.resolve();
  }

  pause(): void {
    this.paused = true;
    this.dispatchEvent(new Event('pause'));
  }

  requestVideoFrameCallback(onFrame: (now: number, frame: object) => void): number {
    this.onFrame = onFrame;
    return 1;
  }

  cancelVideoFrameCallback(): void {
    this.onFrame = null;
  }

  show(): void {
    this.shown += 1;
    const now = performance.now();
    const mediaTime = (this.shown * FRAME_MS) / 1000;
    this.onFrame?.(now, { expectedDisplayTime: now, mediaTime, presentedFrames: this.shown });
    this.dispatchEvent(new Event('timeupdate'));
  }
}

/** Plays whatever it gets, unless the browser can't. */
class FakeEngine implements PlayerEngine {
  readonly format: PlayerEngine['format'];
  readonly usualLatencyMs = 1000;
  able = true;
  latencyMs: number | null = 800;
  started = 0;
  lose = () => undefined as void;
  /** Runs that nobody has ended. */
  running = 0;

  constructor(readonly protocol: PlayerEngine['protocol']) {
    this.format = protocol === 'flv' ? 'flv' : 'hls';
  }

  start(_video: HTMLVideoElement, _playback: PlaybackView, onLost: () => void) {
    if (!this.able) return Promise.resolve(null);
    this.started += 1;
    this.running += 1;
    this.lose = onLost;
    return Promise.resolve({
      latencyMs: () => this.latencyMs,
      destroy: () => void (this.running -= 1),
    });
  }
}

describe('the player', () => {
  let video: FakeVideo;
  let [flv, hls, native] = [] as unknown as FakeEngine[];
  let source: Value<ChannelSource>;
  let sourceChange: Value<number | null>;
  let reports: QualityReport[];
  let playback: jest.Mock<Promise<PlaybackView>>;
  let openDoors: () => void;
  let players: Player[];

  function open(options: Partial<PlayerOptions> = {}): Player {
    const player = new Player(
      {
        ...{ isReported: true, source, sourceChange, playback },
        onDoors: (listener) => ((openDoors = listener), () => undefined),
      },
      { video: video as unknown as HTMLVideoElement, engines: [flv!, hls!, native!], ...options },
      (report) => void reports.push(report),
    );
    players.push(player);
    return player;
  }
  const passes = (ms: number) => jest.advanceTimersByTimeAsync(ms);
  async function shows(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= FRAME_MS) {
      await passes(FRAME_MS);
      video.show();
    }
  }

  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Math, 'random').mockReturnValue(0);
    video = new FakeVideo();
    [flv, hls, native] = [new FakeEngine('flv'), new FakeEngine('hls'), new FakeEngine('native-hls')];
    source = new Value<ChannelSource>('host');
    sourceChange = new Value<number | null>(null);
    [reports, players] = [[], []];
    playback = jest.fn(() => Promise.resolve({ reportEveryMs: REPORT_MS } as PlaybackView));
  });
  afterEach(() => {
    for (const player of players) player.close();
    expect([flv!.running, hls!.running, native!.running]).toEqual([0, 0, 0]);
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('waits while off air, starts by itself, and plays on when the source changes', async () => {
    source.value = 'none';
    const player = open();
    await passes(1000);
    expect([player.state.value, playback.mock.calls.length]).toEqual(['off-air', 0]);
    source.value = 'host';
    expect(player.state.value).toBe('connecting');
    await shows(400);
    expect([player.state.value, player.protocol.value]).toEqual(['playing', 'flv']);
    source.value = 'mix';
    await shows(400);
    expect(flv!.started).toBe(1);
    source.value = 'none';
    expect([player.state.value, player.protocol.value, flv!.running]).toEqual(['off-air', null, 0]);
  });

  it('does not play for who is in the call, and plays again after it', async () => {
    const player = open({ wanted: false });
    await passes(1000);
    expect(playback).not.toHaveBeenCalled();
    player.want(true);
    await shows(400);
    expect(player.state.value).toBe('playing');
    player.want(false);
    expect([player.state.value, flv!.running]).toEqual(['off-air', 0]);
  });

  it('comes back after a loss with fresh addresses, and after a picture that stands', async () => {
    const player = open();
    await shows(400);
    flv!.lose();
    expect(player.state.value).toBe('reconnecting');
    await passes(1000);
    await shows(400);
    expect([player.state.value, playback.mock.calls.length]).toEqual(['playing', 2]);
    await passes(WATCHDOG_MS);
    expect(player.state.value).toBe('reconnecting');
    expect(playback.mock.calls.length).toBeGreaterThan(2);
  });

  it('leaves a picture alone that the viewer has paused, whatever becomes of the stream', async () => {
    const player = open();
    await shows(400);
    video.pause();
    await passes(WATCHDOG_MS);
    expect([player.state.value, flv!.started]).toEqual(['playing', 1]);
    flv!.lose();
    await passes(1000);
    expect([flv!.started, video.paused]).toEqual([2, true]);
  });

  it('says why it may not play, and tries again when the doors open', async () => {
    playback.mockRejectedValueOnce(new LianmaiError('banned_from_room', '', 403));
    const player = open();
    await passes(10_000);
    expect([player.state.value, player.problem.value?.code]).toEqual(['refused', 'banned_from_room']);
    openDoors();
    await shows(400);
    expect([player.state.value, player.problem.value]).toEqual(['playing', null]);
  });

  it('takes what the browser can play, and offers no other', async () => {
    flv!.able = hls!.able = false;
    const player = open();
    expect(player.formats.value).toEqual(['flv', 'hls']);
    await shows(400);
    expect([player.protocol.value, player.format.value, player.formats.value]).toEqual([
      ...['native-hls', 'hls'],
      ['hls'],
    ]);
    native!.able = false;
    native!.lose();
    await passes(1000);
    expect(player.state.value).toBe('unsupported');
  });

  it('plays as the viewer picks, by another engine', async () => {
    const player = open();
    await shows(400);
    player.setFormat('hls');
    await shows(400);
    expect([player.protocol.value, flv!.running, hls!.running]).toEqual(['hls', 0, 1]);
  });

  it.each([
    ['silence', true, false],
    ['nothing', true, true],
  ] as const)('where the browser allows %s starts muted: %s, paused: %s', async (allows, muted, paused) => {
    video.allows = allows;
    const player = open();
    await passes(1000);
    expect([player.muted.value, video.muted, video.paused]).toEqual([muted, muted, paused]);
    video.allows = 'all';
    player.setMuted(false);
    await shows(400);
    expect([player.state.value, video.muted, video.paused]).toEqual(['playing', false, false]);
  });

  it('takes over what the viewer sets by the browser’s own controls, and keeps it after a loss', async () => {
    const player = open();
    await shows(400);
    video.muted = true;
    video.dispatchEvent(new Event('volumechange'));
    expect(player.muted.value).toBe(true);
    flv!.lose();
    await shows(2000);
    expect([player.state.value, video.muted]).toEqual(['playing', true]);
  });

  it('reports in the time of the server what it saw, the hand-overs with it', async () => {
    const player = open();
    await shows(2000);
    expect(player.latencyMs.value).toBe(800);
    source.value = 'mix';
    sourceChange.value = 7;
    await passes(260);
    await shows(REPORT_MS - 2260);
    expect(reports).toEqual([
      {
        ...{ protocol: 'flv', startMs: FRAME_MS, stalls: 1, stalledMs: 300, latencyMs: 800 },
        playedMs: expect.closeTo(REPORT_MS, -2) as number,
        handOvers: [{ sourceVersion: 7, gapMs: 300 }],
      },
    ]);
  });

  it('reports at another time than the players that began with it', async () => {
    jest.mocked(Math.random).mockReturnValue(0.8);
    open();
    await shows(2.7 * REPORT_MS);
    expect(reports.map(({ playedMs }) => Math.round(playedMs / 1000))).toEqual([18, 30, 30]);
  });

  it('reports when it stops, when it changes the protocol, and when the page goes', async () => {
    const listened = jest.fn();
    Object.assign(globalThis, { addEventListener: listened, removeEventListener: jest.fn() });
    const player = open();
    Reflect.deleteProperty(globalThis, 'addEventListener');
    Reflect.deleteProperty(globalThis, 'removeEventListener');
    await shows(2000);
    player.setFormat('hls');
    await shows(1000);
    const [, onPageHide] = listened.mock.calls.find(([event]) => event === 'pagehide') as [
      string,
      () => void,
    ];
    onPageHide();
    await shows(400);
    player.close();
    player.close();
    expect(reports.map(({ protocol, playedMs }) => [protocol, playedMs])).toEqual([
      ['flv', 2000],
      ['hls', 1000],
      ['hls', 400],
    ]);
    expect(reports.map((report) => 'startMs' in report)).toEqual([true, true, false]);
  });

  it('reports nothing to a server that does not ask for it', async () => {
    for (const reportEveryMs of [null, undefined] as (number | null)[]) {
      playback.mockResolvedValueOnce({ reportEveryMs } as PlaybackView);
      const player = open();
      await shows(2 * REPORT_MS);
      player.close();
    }
    expect(reports).toEqual([]);
  });

  it('counts no pause of the viewer, and no hidden tab, as a stall or as played', async () => {
    const document = Object.assign(new EventTarget(), { hidden: false });
    Object.assign(globalThis, { document });
    try {
      const player = open();
      await shows(2000);
      video.pause();
      await passes(5000);
      await video.play();
      await shows(1000);
      document.hidden = true;
      document.dispatchEvent(new Event('visibilitychange'));
      await passes(WATCHDOG_MS);
      document.hidden = false;
      document.dispatchEvent(new Event('visibilitychange'));
      video.show();
      await shows(1000);
      player.close();
      expect(reports).toEqual([expect.objectContaining({ playedMs: 4000, stalls: 0, stalledMs: 0 })]);
    } finally {
      Reflect.deleteProperty(globalThis, 'document');
    }
  });
});
