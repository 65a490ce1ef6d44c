import type { RtpPacket } from '../codec/rtp/rtp';
import { JitterBuffer } from './jitter-buffer';

const packet = (sequenceNumber: number): RtpPacket => ({
  sequenceNumber: sequenceNumber & 0xffff,
  marker: false,
  payloadType: 96,
  timestamp: 0,
  ssrc: 1,
  csrcs: [],
  extension: null,
  padding: 0,
  payload: Buffer.alloc(0),
});
function popAll(buffer: JitterBuffer): number[] {
  const numbers: number[] = [];
  for (let next = buffer.pop(); next; next = buffer.pop()) numbers.push(next.sequenceNumber);
  return numbers;
}

describe('JitterBuffer', () => {
  it('brings packets into order, across the wrap', () => {
    const buffer = new JitterBuffer();
    for (const n of [65533, 65535, 65534, 65536, 65538, 65537]) buffer.push(packet(n), 0);
    expect(popAll(buffer)).toEqual([65533, 65534, 65535, 0, 1, 2]);
    expect(buffer.lost + buffer.late).toBe(0);
  });

  it('waits at a hole, asks for it with pauses and not for ever, and goes on when it is filled', () => {
    const buffer = new JitterBuffer();
    [10, 11, 14].forEach((n) => buffer.push(packet(n), 100));
    expect(popAll(buffer)).toEqual([10, 11]);
    expect(buffer.requests(101)).toEqual([]);
    expect(buffer.requests(110)).toEqual([12, 13]);
    expect(buffer.requests(120)).toEqual([]);
    expect(buffer.requests(160)).toEqual([12, 13]);
    expect(buffer.gapAge(160)).toBe(60);
    buffer.push(packet(12), 165);
    expect(popAll(buffer)).toEqual([12]);
    let asked = 0;
    for (let ms = 200; ms < 3000; ms += 10) asked += buffer.requests(ms).length;
    expect(asked).toBeLessThan(10);
    buffer.push(packet(13), 3000);
    expect(popAll(buffer)).toEqual([13, 14]);
    expect(buffer.gapAge(3000)).toBeNull();
  });

  it('skips a hole that is given up, counts it, and refuses what comes too late', () => {
    const buffer = new JitterBuffer();
    [1, 4, 5].forEach((n) => buffer.push(packet(n), 0));
    expect(popAll(buffer)).toEqual([1]);
    expect(buffer.peekAfterGap()!.sequenceNumber).toBe(4);
    expect(buffer.skipGap()).toBe(2);
    expect(popAll(buffer)).toEqual([4, 5]);
    expect(buffer.push(packet(2), 50)).toBe('late');
    expect(buffer.push(packet(2), 50)).toBe('duplicate');
    expect(buffer.push(packet(5), 50)).toBe('duplicate');
    expect(buffer.lost).toBe(2);
    expect(buffer.late).toBe(3);
  });

  it('is bounded: a hole nobody skips is skipped when the buffer is full', () => {
    const buffer = new JitterBuffer();
    buffer.push(packet(0), 0);
    popAll(buffer);
    for (let n = 2; n < 515; n++) buffer.push(packet(n), n);
    expect(buffer.lost).toBe(1);
    expect(buffer.pop()!.sequenceNumber).toBe(2);
    for (let n = 515; n < 5000; n++) buffer.push(packet(n), n);
    expect(buffer.size).toBe(512);
    expect(buffer.pop()!.sequenceNumber).toBe(5000 - 512);
  });

  it('after a pause begins anew, without asking for what was missed', () => {
    const buffer = new JitterBuffer();
    expect(buffer.push(packet(1), 0)).toBe('restarted');
    expect(buffer.push(packet(2), 20)).toBe('taken');
    expect(buffer.push(packet(100), 2000)).toBe('restarted');
    expect(buffer.requests(2100)).toEqual([]);
    expect(buffer.lost).toBe(97);
    buffer.push(packet(101), 4000);
    expect(popAll(buffer)).toEqual([100, 101]);
  });

  it('takes a large jump as a restart of the sender', () => {
    const buffer = new JitterBuffer();
    [1, 2, 4].forEach((n) => buffer.push(packet(n), 0));
    buffer.push(packet(30_000), 0);
    expect(popAll(buffer)).toEqual([30_000]);
    expect(buffer.requests(100)).toEqual([]);
  });
});
