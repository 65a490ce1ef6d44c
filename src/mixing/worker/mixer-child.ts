import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Log } from '../../platform/common';
import { parseJson } from '../../shared/bounded-json';
import { MIXER_ALIVE_MS, type MixCommand, type MixReport, type MixSpec } from '../../media/contract';

type EndedReport = Extract<MixReport, { type: 'ended' }>;
type SignOfLife = Extract<MixReport, { type: 'alive' }>;

/**
 * So many times MIXER_ALIVE_MS without a report mean that it hangs: 2.5 s, or 20 s while it is being loaded. Counted, as
 * a clock would also count our own pauses.
 */
const MAX_SILENT = { loading: 80, loaded: 10 };

/** How a mixer process ended; `crashed`: without a report; `unresponsive`: killed, since its reports had stopped. */
export interface MixerEnd {
  code: EndedReport['code'] | 'crashed' | 'unresponsive';
  detail: string;
}

export interface MixerChildOptions {
  /** Just taken from a MixerSpare. */
  child: ChildProcess;
  /** Ids added to each log line. */
  fields: object;
  log: Log;
  /** Reports except the last one and signs of life, in order. */
  onReport: (report: Exclude<MixReport, EndedReport | SignOfLife>) => void;
}

/** One mixer process. It ends by itself when this process is gone (its IPC channel closes). */
export class MixerChild {
  readonly ended: Promise<MixerEnd>;
  private readonly child: ChildProcess;
  private killTimer: NodeJS.Timeout | null = null;
  private endReport: EndedReport | null = null;
  private loaded = false;
  /** Times MIXER_ALIVE_MS since the last report. */
  private silent = 0;

  constructor(private readonly options: MixerChildOptions) {
    this.child = options.child;
    this.passOnLog();
    this.child.on('message', (report) => this.take(report as MixReport));
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve({ code: 'crashed', detail: error.message }));
      this.child.once('exit', (code, signal) => resolve(this.endOf(code, signal)));
    });
    const listening = setInterval(() => this.listen(), MIXER_ALIVE_MS);
    void this.ended.then(() => {
      clearInterval(listening);
      if (this.killTimer) clearTimeout(this.killTimer);
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  apply(spec: MixSpec): void {
    this.send({ type: 'apply', spec });
  }

  /** Before the spec that names it. @param file PNG or JPEG */
  give(id: string, file: Buffer): void {
    this.send({ type: 'image', id, file: file.toString('base64') });
  }

  /** Asks it to end its push and exit; kills it after `graceMs`. */
  stop(graceMs: number): void {
    if (this.killTimer) return;
    this.send({ type: 'stop' });
    this.killTimer = setTimeout(() => this.kill(), graceMs);
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  private send(command: MixCommand): void {
    // An exiting process may have closed its channel; its exit is reported anyway.
    if (this.child.connected) this.child.send(command, () => undefined);
  }

  private listen(): void {
    this.silent++;
    if (this.hangs) this.kill();
  }

  private get hangs(): boolean {
    return this.silent >= (this.loaded ? MAX_SILENT.loaded : MAX_SILENT.loading);
  }

  private take(report: MixReport): void {
    this.silent = 0;
    this.loaded = true;
    if (report.type === 'ended') this.endReport = report;
    else if (report.type !== 'alive') this.options.onReport(report);
  }

  private endOf(code: number | null, signal: NodeJS.Signals | null): MixerEnd {
    if (this.endReport) return { code: this.endReport.code, detail: this.endReport.detail };
    if (this.hangs) return { code: 'unresponsive', detail: 'no report for too long' };
    return { code: 'crashed', detail: signal ? `signal ${signal}` : `exit code ${code}` };
  }

  private passOnLog(): void {
    const { log, fields } = this.options;
    if (!this.child.stderr) return;
    createInterface({ input: this.child.stderr, crlfDelay: Infinity }).on('line', (line) => {
      const { level, message, ...rest } = parseLine(line);
      log[level]({ ...rest, ...fields, mixerPid: this.pid }, message);
    });
  }
}

const LEVELS: Record<string, 'debug' | 'info' | 'warn' | 'error'> = {
  ...{ 10: 'debug', 20: 'debug', 30: 'info', 40: 'warn', 50: 'error', 60: 'error' },
  ...{ debug: 'debug', info: 'info', warn: 'warn', error: 'error' },
};
const MAX_LINE = 8192;

/** A JSON line of pino's form, else (a native library wrote it) plain text. */
function parseLine(line: string): { level: 'debug' | 'info' | 'warn' | 'error'; message: string } {
  try {
    const { level, msg, ...rest } = parseJson(line) as Record<string, unknown>;
    // Our own line has its own.
    delete rest['time'];
    return { ...rest, level: LEVELS[String(level)] ?? 'info', message: String(msg) };
  } catch {
    return { level: 'warn', message: line.slice(0, MAX_LINE) };
  }
}
