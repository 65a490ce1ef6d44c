import { seededRandom } from '../property/seeded-random';

const ODD_BYTES = [0, 1, 0x7f, 0x80, 0xfe, 0xff];
const ODD_NUMBERS = [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0xffff, 0x10000, 0x7fff];
const ODD_TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1e999',
  '4294967296',
  '\0',
  '\r\n',
  '连麦',
  'a'.repeat(5000),
  '%00',
  '[[[[',
  '{"a":',
];
const ODD_VALUES: readonly unknown[] = [
  ...[null, true, false, [], {}, 0, -1, 0.5, 2 ** 31, 2 ** 53, 1e308, '', '0', '连麦', '\0'],
  ...[{ length: 1 }, [[[[[[[[[[[[]]]]]]]]]]]], 'x'.repeat(200), 'x'.repeat(70_000), Array(300).fill(0)],
];
/** Changes of one input at most. */
const MAX_CHANGES = 6;

/** Makes inputs that are almost right: the same for the same seed. */
export class Mutator {
  private readonly random: () => number;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** A whole number from 0 up to, and not including, this one. */
  below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  oddNumber(): number {
    return this.below(2) ? this.pick(ODD_NUMBERS) : this.below(2 ** 32);
  }

  /** One of these, with bytes changed, taken out, put in, or put together with another one. */
  bytes(corpus: readonly Buffer[]): Buffer {
    let bytes = Buffer.from(this.pick(corpus));
    for (let left = this.below(MAX_CHANGES + 1); left > 0; left--) bytes = this.changed(bytes, corpus);
    return bytes;
  }

  /** One of these, with lines and words changed. */
  text(corpus: readonly string[]): string {
    let lines = this.pick(corpus).split('\n');
    for (let left = this.below(MAX_CHANGES + 1); left > 0; left--) lines = this.changedLines(lines, corpus);
    return lines.join('\n');
  }

  /** One of these, with members taken out, put in, or of another type or size. */
  value(corpus: readonly unknown[]): unknown {
    const root = { value: structuredClone(this.pick(corpus)) };
    for (let left = this.below(MAX_CHANGES / 2 + 1); left > 0; left--) this.changeMember(root);
    return root.value;
  }

  /** All of these in order, except that some are missing, come twice or come too early. */
  sequence<T>(steps: readonly T[]): T[] {
    const all = [...steps];
    for (let left = this.below(4); left > 0; left--) {
      const [step] = all.splice(this.below(all.length), 1);
      for (let times = this.below(3); times > 0 && step !== undefined; times--)
        all.splice(this.below(all.length + 1), 0, step);
    }
    return all;
  }

  /** Cut into pieces, as a network may. */
  pieces(bytes: Buffer): Buffer[] {
    const pieces: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      const size = 1 + this.below(this.pick([2, 20, 2000, 20_000]));
      pieces.push(bytes.subarray(at, at + size));
      at += size;
    }
    return pieces;
  }

  private changeMember(root: object): void {
    let node = root as Record<string, unknown>;
    let key = 'value';
    for (;;) {
      const inner = node[key];
      const keys = typeof inner === 'object' && inner !== null ? Object.keys(inner) : [];
      if (keys.length === 0 || this.below(4) === 0) break;
      node = inner as Record<string, unknown>;
      key = this.pick(keys);
    }
    if (this.below(4) === 0 && node !== root) take(node, key);
    else if (this.below(4) === 0) node[this.pick(ODD_TEXTS)] = node[key];
    else node[key] = structuredClone(this.pick(ODD_VALUES));
  }

  private changed(bytes: Buffer, corpus: readonly Buffer[]): Buffer<ArrayBuffer> {
    const at = this.below(bytes.length + 1);
    const end = at + this.below(this.pick([2, 8, 200]));
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(end)];
    switch (this.below(7)) {
      case 0: // a bit
        return Buffer.from(bytes.map((byte, i) => (i === at ? byte ^ (1 << this.below(8)) : byte)));
      case 1:
        return Buffer.from(bytes.map((byte, i) => (i === at ? this.pick(ODD_BYTES) : byte)));
      case 2: // a number, as lengths and timestamps are
        return this.withNumber(bytes, at);
      case 3:
        return Buffer.from(before);
      case 4:
        return Buffer.concat([before, after]);
      case 5:
        return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at, end), after]);
      default: {
        const other = this.pick(corpus);
        return Buffer.concat([before, other.subarray(this.below(other.length + 1))]);
      }
    }
  }

  private withNumber(bytes: Buffer, at: number): Buffer<ArrayBuffer> {
    const copy = Buffer.from(bytes);
    const size = 1 + this.below(4);
    if (at + size <= copy.length) copy.writeUIntBE(this.oddNumber() % 256 ** size, at, size);
    return copy;
  }

  private changedLines(lines: string[], corpus: readonly string[]): string[] {
    if (lines.length === 0) return [''];
    const at = this.below(lines.length);
    const line = lines[at]!;
    switch (this.below(7)) {
      case 0:
        return lines.toSpliced(at, 1);
      case 1:
        return lines.toSpliced(at, 0, ...Array<string>(this.pick([1, 1, 3, 300])).fill(line));
      case 2: {
        const words = line.split(/([ :;,=/])/);
        words[this.below(words.length)] = this.pick(ODD_TEXTS);
        return lines.with(at, words.join(''));
      }
      case 3:
        return lines.with(
          at,
          line.replace(/\d+/g, (number) => (this.below(2) ? number : String(this.oddNumber()))),
        );
      case 4: {
        const words = line.split(/(?<=[ :;,=/])/);
        const which = this.below(words.length);
        const word = words[which] ?? '';
        return lines.with(at, words.toSpliced(which, 1, ...this.pick([[], [word, word]])).join(''));
      }
      case 5:
        return lines.with(at, this.bytes([Buffer.from(line, 'latin1')]).toString('latin1'));
      default: {
        const other = this.pick(corpus).split('\n');
        return [...lines.slice(0, at), ...other.slice(this.below(other.length))];
      }
    }
  }
}

/** Arrays get no holes. */
function take(from: Record<string, unknown>, key: string): void {
  if (Array.isArray(from)) from.splice(Number(key), 1);
  else delete from[key];
}
