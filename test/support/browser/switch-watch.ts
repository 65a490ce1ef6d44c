/** Judges what a page shows while it is given another layer, beside one that is given the same all the time. */
import type { MasPage } from '../webrtc/mas';

/** Of a receiver's video (RTCInboundRtpStreamStats), all counted since its beginning. */
const COUNTERS = [
  'framesReceived',
  'framesDecoded',
  'keyFramesDecoded',
  'framesDropped',
  'freezeCount',
  'pliCount',
  'nackCount',
  'packetsLost',
] as const;
type Counters = Record<(typeof COUNTERS)[number], number>;
type InboundStats = Partial<Counters> & { type: string; kind: string };

interface Shown {
  frames: number;
  /** Largest time between two displayed pictures, ms. */
  maxGap: number;
}

/** More than this can't be explained by a keyframe that was waited for, ms. */
const LIMIT_MS = 400;
const PICTURES_AFTER = 15;

export class SwitchWatch {
  constructor(
    private readonly switching: MasPage,
    /** Shows the same camera without a switch: its gaps are the machine's, or the camera's. */
    private readonly steady: MasPage,
    private readonly memberId: string,
    /** Said in front of what is reported. */
    private readonly title: string,
  ) {}

  /**
   * Does what brings the other layer about, and resolves once a second more of pictures was shown. Throws when there
   * was a gap that the steady page didn't have, or when the receiver asked for a keyframe: then it had packets that
   * it couldn't decode, however fast or slow the machine was.
   */
  async during(what: string, action: () => Promise<unknown>, limitMs = LIMIT_MS): Promise<void> {
    const before = await counters(this.switching);
    for (const page of [this.switching, this.steady]) await page.call('resetGap', this.memberId);
    await action();
    const { maxGap } = await this.playsOn();
    const { maxGap: own } = await this.steady.call<Shown>('frames', this.memberId);
    const after = await counters(this.switching);
    const changes = COUNTERS.map((name) => `${name} +${after[name] - before[name]}`).join(', ');
    const report = `${this.title}, ${what}: largest gap ${maxGap.toFixed(0)} ms, without a switch ${own.toFixed(0)} ms; ${changes}`;
    console.info(report);
    if (maxGap > limitMs + own) throw new Error(`the picture stood still: ${report}`);
    if (after.pliCount > before.pliCount && after.packetsLost === before.packetsLost)
      throw new Error(`nothing was lost, but the receiver could not go on: ${report}`);
  }

  private async playsOn(): Promise<Shown> {
    const { frames } = await this.switching.call<Shown>('frames', this.memberId);
    const enough = (now: Shown): boolean => now.frames > frames + PICTURES_AFTER;
    return this.switching.until<Shown>('frames', [this.memberId], enough);
  }
}

/** Sums over the page's slots. */
async function counters(page: MasPage): Promise<Counters> {
  const stats = await page.call<InboundStats[]>('stats', 'sub');
  const video = stats.filter(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
  const sum = (name: keyof Counters): number => video.reduce((total, each) => total + (each[name] ?? 0), 0);
  return Object.fromEntries(COUNTERS.map((name) => [name, sum(name)])) as Counters;
}
