import { ConfigError } from '../../platform/config/config';
import { Log } from '../../platform/common/telemetry/logger';

/** A process ends after this long even if closing hangs, ms. */
const CLOSE_TIMEOUT_MS = 15_000;
/** One Ctrl-C may come twice, from the terminal and from npm; within this time it counts once, ms. */
const SAME_SIGNAL_MS = 500;

/** A start that failed for a reason the person at the terminal can fix. */
export class StartError extends Error {}

/** One line for the person at the terminal. */
export function explain(error: Error): void {
  process.stderr.write(`lianmai: ${error.message}\n`);
}

/** 78 for the environment's mistakes (EX_CONFIG of sysexits.h), else 1. */
export function exitCode(error: unknown): number {
  return error instanceof ConfigError ? 78 : 1;
}

type Closer = () => unknown;

/**
 * Ends this process on a signal, at the parent's end or after a failure: closes what was opened, in reverse order.
 * Leaving by process.exit is always safe: children end with their pipe to us.
 */
export class ProcessLife {
  private readonly log = new Log('lifecycle');
  private readonly closers: { name: string; close: Closer }[] = [];
  private ending: Promise<never> | undefined;
  private signalledAt = -Infinity;

  /** @param child a forked process ignores Ctrl-C, which a terminal sends to all: its parent says when to end */
  constructor(child: boolean) {
    process.on('SIGINT', () => (child ? undefined : this.onSignal('SIGINT')));
    process.on('SIGTERM', () => this.onSignal('SIGTERM'));
    process.on('SIGHUP', () => (child ? undefined : this.onSignal('SIGHUP')));
    if (child) process.once('disconnect', () => void this.end(0));
    process.on('uncaughtException', (err) => this.fail(err));
    process.on('unhandledRejection', (err) => this.fail(err));
  }

  get isEnding(): boolean {
    return this.ending !== undefined;
  }

  /** Registers something to close at the end, before everything that was registered earlier. */
  onEnd(name: string, close: Closer): void {
    this.closers.push({ name, close });
  }

  /** Ends the process because of an error: explained where a person can help it, else logged with its stack. */
  fail(error: unknown): void {
    // A start that was cut off by the end is no failure.
    if (this.isEnding && error instanceof StartError) return;
    if (error instanceof ConfigError || error instanceof StartError) explain(error);
    else this.log.error({ err: error }, 'failed');
    void this.end(exitCode(error));
  }

  /** Closes everything and exits. Idempotent: the first code stays. */
  end(code: number): Promise<never> {
    return (this.ending ??= this.closeAll(code));
  }

  private onSignal(signal: NodeJS.Signals): void {
    const isSame = performance.now() - this.signalledAt < SAME_SIGNAL_MS;
    if (isSame) return;
    this.signalledAt = performance.now();
    if (this.isEnding) {
      this.log.warn({ signal }, 'forced to end');
      process.exit(1);
    }
    this.log.info({ signal }, 'ending');
    void this.end(0);
  }

  private async closeAll(code: number): Promise<never> {
    setTimeout(() => {
      this.log.error({}, 'closing takes too long, ending anyway');
      process.exit(1);
    }, CLOSE_TIMEOUT_MS).unref();
    for (const { name, close } of this.closers.reverse()) {
      try {
        await close();
        this.log.debug({ part: name }, 'closed');
      } catch (err) {
        this.log.error({ err, part: name }, 'closing failed');
      }
    }
    process.exit(code);
  }
}
