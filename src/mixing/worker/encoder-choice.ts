import type { ChildProcess } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { endChild, Log } from '../../platform/common';
import type { EncoderKind, MixCommand, MixReport } from '../../media/contract';

/** What an operator may ask for; `auto`: the first that works on this machine. */
export type WantedEncoder = 'auto' | EncoderKind;

const HARDWARE = ['nvenc', 'vaapi'] as const;

/** Is there a device that this one could use? Where there is none, no process is started to find that out. */
const HAS_DEVICE: Record<(typeof HARDWARE)[number], () => boolean> = {
  // Linux, and Linux within Windows.
  nvenc: () => existsSync('/dev/nvidiactl') || existsSync('/dev/dxg'),
  vaapi: () => existsSync('/dev/dri') && readdirSync('/dev/dri').some((name) => name.startsWith('renderD')),
};
/** A driver that takes longer is of no use, ms. */
const PROBE_MS = 20_000;

type Probed = Extract<MixReport, { type: 'probed' }>;

/**
 * Which encoder the mixes of this worker get. Found out once, in a mixer process of its own, because a driver may take
 * its process down; until then, and where nothing else works, it is x264.
 */
export class EncoderChoice {
  kind: EncoderKind = 'x264';
  private readonly log = new Log('mixing');
  private child: ChildProcess | null = null;

  constructor(private readonly wanted: WantedEncoder) {}

  /** @param fork another mixer process */
  async probe(fork: () => ChildProcess): Promise<void> {
    const kinds = HARDWARE.filter((kind) =>
      this.wanted === 'auto' ? HAS_DEVICE[kind]() : kind === this.wanted,
    );
    if (kinds.length === 0) return;
    const probed = await this.ask(fork(), kinds);
    this.kind = probed?.kind ?? 'x264';
    const failures = probed?.failures ?? { [kinds.join()]: 'the process that tried it has ended' };
    // That a machine has no such card is nothing to warn of, unless it was asked for by name.
    const level = this.kind === 'x264' && this.wanted !== 'auto' ? 'warn' : 'info';
    this.log[level]({ encoder: this.kind, wanted: this.wanted, failures }, 'encoder of mixes chosen');
  }

  /** Idempotent. */
  async close(): Promise<void> {
    const { child } = this;
    this.child = null;
    if (child) await endChild(child, () => child.kill('SIGKILL'));
  }

  private async ask(child: ChildProcess, kinds: readonly EncoderKind[]): Promise<Probed | null> {
    this.child = child;
    // Its words are in its answer; a pipe that nobody empties would hold it up.
    child.stderr?.resume();
    const timer = setTimeout(() => child.kill('SIGKILL'), PROBE_MS);
    try {
      return await new Promise((resolve) => {
        child.on('message', (report: MixReport) => report.type === 'probed' && resolve(report));
        child.once('error', () => resolve(null));
        child.once('exit', () => resolve(null));
        child.send({ type: 'probe', kinds } satisfies MixCommand, () => undefined);
      });
    } finally {
      clearTimeout(timer);
      await this.close();
    }
  }
}
