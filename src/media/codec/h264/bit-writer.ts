import { addEmulationPrevention } from './emulation-prevention';

/** Writes bits and Exp-Golomb codes (ISO/IEC 14496-10, 9.1), most significant bit first. */
export class BitWriter {
  private readonly bytes: number[] = [];
  private last = 0;
  private used = 0;

  /** At most 32 bits. */
  bits(value: number, count: number): this {
    for (let i = count - 1; i >= 0; i--) {
      this.last = (this.last << 1) | (Math.floor(value / 2 ** i) & 1);
      if (++this.used < 8) continue;
      this.bytes.push(this.last);
      this.last = this.used = 0;
    }
    return this;
  }

  /** Unsigned Exp-Golomb. */
  ue(value: number): this {
    const length = 32 - Math.clz32(value + 1);
    return this.bits(0, length - 1).bits(value + 1, length);
  }

  /** Zeros up to the next byte. */
  align(): this {
    return this.used === 0 ? this : this.bits(0, 8 - this.used);
  }

  /** The NAL unit of this payload (7.3.1), with its stop bit and without start codes in it. */
  nal(header: number): Buffer {
    this.bits(1, 1).align();
    return Buffer.concat([Buffer.from([header]), addEmulationPrevention(Buffer.from(this.bytes))]);
  }
}
