import { KeyframeGate, type GateLimits } from './keyframe-gate';
import type { Stream } from './stream';
import type { MediaUnit } from './unit';

/** Translates units into the bytes of one protocol, the same for all its readers. */
export interface Packager {
  /** What comes before the first unit. */
  open(stream: Stream): Buffer;
  pack(unit: MediaUnit): Buffer;
}

/** One reader's connection. `close` ends it cleanly, `abort` at once; both may be called more than once. */
export interface Sink {
  readonly queuedBytes: number;
  write(bytes: Buffer): void;
  close(): void;
  abort(): void;
}

export interface FanOutOptions extends GateLimits {
  /** Units are gathered for this long and written as one shared buffer, ms: a write per tag costs twice the CPU. */
  batchMs: number;
}

interface Batch {
  bytes: Buffer;
  /** Time of its first unit, ms. */
  dtsMs: number;
  /** Decoding may begin with it. */
  start: boolean;
  configVersion: number;
}

interface Reader {
  sink: Sink;
  gate: KeyframeGate;
  /** Of the last configuration it got; null before its beginning. */
  configVersion: number | null;
}

/**
 * Sends one stream to many readers of one protocol. A slow one loses units up to a keyframe; one that stays slow is
 * disconnected.
 */
export class FanOut {
  private readonly readers = new Map<Sink, Reader>();
  private readonly unsubscribe: () => void;
  private pending: Buffer[] = [];
  private pendingStart = false;
  private pendingDtsMs = 0;
  private timer: NodeJS.Timeout | null = null;
  private droppedBefore = 0;

  constructor(
    private readonly stream: Stream,
    private readonly packager: Packager,
    private readonly options: FanOutOptions,
    private readonly onTooSlow: (sink: Sink) => void = () => undefined,
  ) {
    this.unsubscribe = stream.subscribe((unit) => this.onUnit(unit));
  }

  get size(): number {
    return this.readers.size;
  }

  /** Batches that slow readers lost, of all readers so far. */
  get dropped(): number {
    return [...this.readers.values()].reduce((sum, reader) => sum + reader.gate.dropped, this.droppedBefore);
  }

  /** The reader gets the current GOP at once, or waits for the next keyframe. */
  add(sink: Sink): void {
    this.flush(); // what is pending is in the burst already
    const reader: Reader = { sink, gate: new KeyframeGate(this.options), configVersion: null };
    this.readers.set(sink, reader);
    const burst = this.stream.burst();
    if (burst.length > 0) this.begin(reader, burst);
  }

  /** Idempotent; doesn't close the sink. */
  remove(sink: Sink): void {
    const reader = this.readers.get(sink);
    if (!reader) return;
    this.droppedBefore += reader.gate.dropped;
    this.readers.delete(sink);
  }

  /** Stops for good. Idempotent. */
  close(): void {
    this.endReaders();
    this.unsubscribe();
  }

  /** Ends every reader cleanly, after what is pending. */
  endReaders(): void {
    this.flush();
    for (const sink of [...this.readers.keys()]) {
      this.remove(sink);
      sink.close();
    }
  }

  private onUnit(unit: MediaUnit): void {
    if (this.readers.size === 0) return;
    const start = this.stream.isStart(unit);
    // A keyframe begins a batch, so that a reader can begin with it. So do other configurations: a batch has one of them.
    if ((start && unit.kind === 'video') || unit.kind === 'discontinuity') this.flush();
    if (this.pending.length === 0) {
      this.pendingStart = start;
      this.pendingDtsMs = unit.dtsMs;
    }
    this.pending.push(this.packager.pack(unit));
    this.timer ??= setTimeout(() => this.flush(), this.options.batchMs);
  }

  private flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.pending.length === 0) return;
    const { pendingDtsMs: dtsMs, pendingStart: start } = this;
    const batch = {
      bytes: Buffer.concat(this.pending),
      dtsMs,
      start,
      configVersion: this.stream.configVersion,
    };
    this.pending = [];
    for (const reader of this.readers.values()) this.deliver(reader, batch);
  }

  private deliver(reader: Reader, batch: Batch): void {
    const { sink, gate } = reader;
    if (reader.configVersion === null) {
      if (!batch.start) return;
      this.begin(reader, this.stream.configs(batch.dtsMs));
    }
    if (!gate.admit(sink.queuedBytes, batch.start, batch.bytes.length)) {
      if (gate.tooSlow) this.giveUp(sink);
      return;
    }
    if (batch.start && reader.configVersion !== batch.configVersion) this.catchUp(reader, batch.dtsMs);
    sink.write(batch.bytes);
    reader.configVersion = batch.configVersion;
  }

  private begin(reader: Reader, units: MediaUnit[]): void {
    const packed = units.map((unit) => this.packager.pack(unit));
    const bytes = Buffer.concat([this.packager.open(this.stream), ...packed]);
    reader.gate.begin(bytes.length);
    reader.sink.write(bytes);
    reader.configVersion = this.stream.configVersion;
  }

  /** New configurations that a reader lost along with the frames it skipped. */
  private catchUp(reader: Reader, dtsMs: number): void {
    const units: MediaUnit[] = [{ kind: 'discontinuity', dtsMs: dtsMs - 10 }, ...this.stream.configs(dtsMs)];
    for (const unit of units) reader.sink.write(this.packager.pack(unit));
  }

  private giveUp(sink: Sink): void {
    this.remove(sink);
    this.onTooSlow(sink);
    sink.abort();
  }
}
