import { Depacketizer } from '../codec/rtp/depacketizer';
import { FrameAssembler } from './frame-assembler';

/** Payloads are put together as they are. */
class Plain extends Depacketizer {
  protected takePayload(payload: Buffer): void {
    this.add(payload);
  }
  protected begins(payload: Buffer): boolean {
    return Number(payload.toString()) % 2 === 0;
  }
  protected isKeyframe(): boolean {
    return false;
  }
}

describe('FrameAssembler', () => {
  let pictures: string[];
  let interrupts: number;
  let assembler: FrameAssembler<Parameters<Depacketizer['push']>[0] & { sequenceNumber: number }>;
  beforeEach(() => {
    pictures = [];
    interrupts = 0;
    assembler = new FrameAssembler(new Plain(), {
      onFrame: ({ data }) => pictures.push(data?.toString() ?? 'damaged'),
      onInterrupt: () => interrupts++,
    });
  });

  /** One half of the picture `sequenceNumber / 2`. */
  const half = (sequenceNumber: number) => ({
    sequenceNumber,
    timestamp: Math.floor(sequenceNumber / 2),
    marker: sequenceNumber % 2 === 1,
    payload: Buffer.from(String(sequenceNumber)),
  });
  const push = (nowMs: number, ...numbers: number[]) =>
    numbers.forEach((number) => assembler.push(half(number), nowMs));

  it('makes pictures of packets in whatever order they come', () => {
    push(0, 0, 3, 2, 1);
    expect(pictures).toEqual(['01', '23']);
    // The first packet of all begins the stream.
    expect(interrupts).toBe(1);
  });

  it('waits 250 ms for a hole, then goes on after it', () => {
    push(0, 0, 1, 3, 4, 5);
    assembler.scan(250);
    expect(pictures).toEqual(['01']);
    assembler.scan(251);
    expect(pictures).toEqual(['01', 'damaged', '45']);
    expect([interrupts, assembler.lost]).toEqual([2, 1]);
  });

  it('goes on after a hole when there is no room for more', () => {
    push(0, 0, 1);
    for (let number = 3; pictures.length === 1 && number < 4000; number++) push(0, number);
    expect(pictures.slice(0, 3)).toEqual(['01', 'damaged', '45']);
    expect(interrupts).toBe(2);
  });

  it('forgets what was begun when another stream follows', () => {
    push(0, 0, 1, 2);
    assembler.restart();
    push(0, 101, 102, 103);
    expect(pictures).toEqual(['01', 'damaged', '102103']);
  });
});
