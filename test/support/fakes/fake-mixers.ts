/**
 * In the place of src/mixing/worker/mixer-spare.ts (jest.mock): mixers that are no processes and mix nothing, so that a
 * test can afford thousands of them. What is above them is real: the queue, the worker, the supervisor.
 */
import { EventEmitter } from 'node:events';
import { MIXER_ALIVE_MS, type MixCommand, type MixReport, type MixSpec } from '../../../src/media/contract';
import type { FakeMediaNode } from './fake-media-node';

/** `refused`: the hub won't have its push, now or later. `crash`: as it begins. */
export type Behaviour = 'runs' | 'refused' | 'crash';

const REPORT_MS = 2000;
let pids = 100_000;

/** The mixers of one worker. */
export class MixerSpare {
  /** Of all workers, in the order of their start. */
  static readonly workers: MixerSpare[] = [];
  /** Where they push to. */
  static node: FakeMediaNode | null = null;
  /** How the next ones will be; then they run. */
  static readonly behaviours: Behaviour[] = [];

  /** Before this they don't begin to push. */
  static gate: Promise<void> = Promise.resolve();

  readonly mixers = new Set<FakeMixer>();
  private dead = false;

  constructor() {
    MixerSpare.workers.push(this);
  }

  /** All that run, of any worker. */
  static running(): FakeMixer[] {
    return this.workers.flatMap(({ mixers }) => [...mixers]).filter(({ pushing }) => pushing);
  }

  take(): FakeMixer {
    const mixer = new FakeMixer(MixerSpare.behaviours.shift() ?? 'runs');
    this.mixers.add(mixer);
    mixer.once('exit', () => this.mixers.delete(mixer));
    if (this.dead) mixer.kill();
    return mixer;
  }

  refill(): void {
    // They need no time to load.
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Their worker was killed: they end with their pipe to it. */
  die(): void {
    this.dead = true;
    for (const mixer of [...this.mixers]) mixer.kill();
  }
}

/** One mixer; to its worker it looks like a ChildProcess. */
export class FakeMixer extends EventEmitter {
  readonly pid = ++pids;
  readonly stderr = null;
  connected = true;
  pushing = false;
  spec: MixSpec | null = null;
  private readonly reports = setInterval(() => this.report(), REPORT_MS);
  private readonly life = setInterval(() => this.say({ type: 'alive' }), MIXER_ALIVE_MS);

  constructor(private readonly behaviour: Behaviour) {
    super();
  }

  get channelId(): string {
    return this.target().channelId;
  }

  send(command: MixCommand, done?: () => void): boolean {
    setImmediate(() => {
      done?.();
      if (this.connected) this.take(command);
    });
    return true;
  }

  kill(): boolean {
    void this.exit(null, 'SIGKILL');
    return true;
  }

  /** Connects its push (again), where it is to push. */
  async push(): Promise<void> {
    if (!this.pushing) return;
    const { channelId, epoch } = this.target();
    await MixerSpare.node?.publish(channelId, 'mix', epoch, this);
  }

  private take(command: MixCommand): void {
    if (command.type === 'stop') return this.end('stopped', 0);
    if (command.type === 'probe') return this.say({ type: 'probed', kind: null, failures: {} });
    if (command.type === 'image') return;
    const isFirst = this.spec === null;
    this.spec = command.spec;
    if (!isFirst) return this.say({ type: 'applied', version: this.spec.version });
    if (this.behaviour === 'refused') return this.end('refused', 1);
    if (this.behaviour === 'crash') return void this.exit(3, null);
    void MixerSpare.gate.then(() => this.begin());
  }

  private begin(): void {
    if (!this.connected || !this.spec) return;
    this.pushing = true;
    this.say({ type: 'state', state: 'running', version: this.spec.version });
    this.say({ type: 'applied', version: this.spec.version });
    void this.push();
  }

  private end(code: 'stopped' | 'refused', exitCode: number): void {
    this.say({ type: 'ended', code, detail: 'as asked' });
    void this.exit(exitCode, null);
  }

  private async exit(code: number | null, signal: string | null): Promise<void> {
    if (!this.connected) return;
    this.connected = false;
    clearInterval(this.reports);
    clearInterval(this.life);
    const pushed = this.pushing;
    this.pushing = false;
    if (pushed) await MixerSpare.node?.unpublish(this.channelId, 'mix', this);
    this.emit('exit', code, signal);
  }

  private report(): void {
    const none = { framesDropped: 0, packetsLost: 0, keyframeRequests: 0, reconnects: 0, maxFrameGapMs: 0 };
    const statistics = { ...none, framesOut: 1, inputs: 1, cpuMs: 0, rssBytes: 0 };
    this.say({ type: 'statistics', statistics });
  }

  private say(report: MixReport): void {
    if (this.connected) this.emit('message', report);
  }

  /** Channel and epoch of its push address. */
  private target(): { channelId: string; epoch: number } {
    const token = new URL(this.spec!.target).searchParams.get('token')!;
    // compact-token.ts has the short names.
    const { c, e } = JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as {
      c: string;
      e: number;
    };
    return { channelId: c, epoch: e };
  }
}
