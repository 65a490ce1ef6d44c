import type { ChildProcess } from 'node:child_process';
import { endChild } from '../../platform/common';
import { MIXER_FLAGS } from '../../media/contract';
import { forkChild } from '../../platform/processes';

/** What a mixer process is: its compiled entry, and its own part of its environment. */
export interface MixerProgram {
  path: string;
  env: Record<string, string>;
}

/** Pause after a mixer was taken before the next one is loaded, ms: the one that starts has the CPU first. */
const REFILL_MS = 1500;

/**
 * Keeps one mixer process loaded and waiting for its first `apply`, since loading is most of what a start takes. There
 * may be none at the moment: then a caller waits for one of its own.
 */
export class MixerSpare {
  private spare: ChildProcess | null = null;
  private timer: NodeJS.Timeout | null = null;
  private closed = false;

  constructor(private readonly program: MixerProgram) {}

  /** A mixer process for the caller, who owns it from now on. */
  take(): ChildProcess {
    const spare = this.spare;
    this.spare = null;
    this.refill();
    return spare?.connected ? spare : this.fork();
  }

  /** Loads one in a moment, unless there is one. Idempotent. */
  refill(): void {
    if (this.timer || this.closed) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      this.spare ??= this.wait(this.fork());
    }, REFILL_MS);
  }

  /** Resolves when the spare one has ended. Idempotent. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.timer) clearTimeout(this.timer);
    const { spare } = this;
    this.spare = null;
    if (spare) await endChild(spare, () => spare.kill('SIGKILL'));
  }

  private wait(child: ChildProcess): ChildProcess {
    // A spare that dies isn't replaced before somebody needs one, so nothing forks over and over.
    const forget = (): void => {
      if (this.spare === child) this.spare = null;
    };
    child.once('error', forget);
    child.once('exit', forget);
    return child;
  }

  /** Another one, beside the spare. */
  fork(): ChildProcess {
    return forkChild(this.program.path, this.program.env, {
      execArgv: MIXER_FLAGS,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // A group of its own: a Ctrl-C in the terminal is ours to pass on.
      detached: true,
    });
  }
}
