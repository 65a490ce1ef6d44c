import { randomBytes } from 'node:crypto';
import { ChunkReader } from './chunk-reader';
import { writeChunks } from './chunk-writer';
import { MSG, RtmpProtocolError, type RtmpMessage } from './message';

const LIMITS = { maxChunkStreams: 4, maxMessageBytes: 10_000 };

function read(parts: Buffer[], limits = LIMITS): RtmpMessage[] {
  const messages: RtmpMessage[] = [];
  const reader = new ChunkReader({ ...limits }, (message) => messages.push(message));
  for (const part of parts) reader.push(part);
  return messages;
}

const message = (bytes: number, timestampMs = 40, type: number = MSG.video): RtmpMessage => ({
  type,
  streamId: 1,
  timestampMs,
  payload: Buffer.alloc(bytes, bytes & 0xff),
});
const setChunkSize = (size: number): Buffer => {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(size);
  return writeChunks({ type: MSG.setChunkSize, streamId: 0, timestampMs: 0, payload }, 2, 128);
};

describe('RTMP chunks', () => {
  const sent = [
    message(0),
    message(127),
    message(128),
    message(300, 0x1000000),
    message(5, 0xffffffff, MSG.audio),
  ];
  const bytes = Buffer.concat(sent.map((one) => writeChunks(one, 6, 128)));

  it('reads long messages of encoders that leave the extended timestamp out of type 3 chunks', () => {
    const late = [message(300, 0x1000000), message(130, 0x1000028)];
    // A whole message follows, so that there are always four bytes to tell by.
    const without = late.map((one) => {
      const written = writeChunks(one, 6, 128);
      const [head, rest] = [written.subarray(0, 16 + 128), written.subarray(16 + 128)];
      const others: Buffer[] = [];
      for (let at = 0; at < rest.length; at += 133)
        others.push(rest.subarray(at, at + 1), rest.subarray(at + 5, at + 133));
      return Buffer.concat([head, ...others]);
    });
    const end = message(8);
    const whole = Buffer.concat([...without, writeChunks(end, 6, 128)]);
    for (let cut = 0; cut <= whole.length; cut += 3) {
      expect(read([whole.subarray(0, cut), whole.subarray(cut)])).toEqual([...late, end]);
    }
  });

  it('reads what it writes, cut at any byte', () => {
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(read([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(sent);
    }
    expect(read([...bytes].map((byte) => Buffer.from([byte])))).toEqual(sent);
  });

  it('follows the chunk size and interleaved streams', () => {
    const large = message(3000);
    expect(read([setChunkSize(1000), writeChunks(large, 6, 1000)])).toEqual([large]);
    const [video, audio] = [
      writeChunks(message(200), 6, 128),
      writeChunks(message(10, 7, MSG.audio), 4, 128),
    ];
    const mixed = [video.subarray(0, 140), audio, video.subarray(140)];
    expect(read(mixed).map(({ type }) => type)).toEqual([MSG.audio, MSG.video]);
  });

  it('adds deltas, and repeats the last field for a message that begins with a type 3 chunk', () => {
    const first = writeChunks(message(1, 40), 6, 128);
    const delta = Buffer.from([0x86, 0, 0, 20, 9]); // type 2: 20 ms later, same length and type
    const same = Buffer.from([0xc6, 9]);
    expect(read([first, delta, same, same]).map(({ timestampMs }) => timestampMs)).toEqual([40, 60, 80, 100]);
    expect(read([first, same]).map(({ timestampMs }) => timestampMs)).toEqual([40, 80]);
  });

  it('forgets an aborted message', () => {
    const payload = Buffer.from([0, 0, 0, 6]);
    const abort = writeChunks({ type: MSG.abort, streamId: 0, timestampMs: 0, payload }, 2, 128);
    const half = writeChunks(message(200), 6, 128).subarray(0, 140);
    expect(read([half, abort, writeChunks(message(3), 6, 128)])).toEqual([message(3)]);
  });

  it.each([
    ['a message above the limit', [writeChunks(message(10_001), 6, 128)]],
    ['too many bytes in assembly', [6, 7].map((id) => writeChunks(message(6000), id, 128).subarray(0, 140))],
    ['too many chunk streams', [3, 4, 5, 6, 7].map((id) => writeChunks(message(1), id, 128))],
    ['a stream that begins in the middle', [Buffer.from([0xc9, 0])]],
    ['chunk size 0', [setChunkSize(0)]],
  ])('refuses %s', (_, parts) => {
    expect(() => read(parts)).toThrow(RtmpProtocolError);
  });

  it('neither hangs nor throws anything else for garbage', () => {
    for (let i = 0; i < 2000; i++) {
      const broken = Buffer.from(bytes);
      randomBytes(1 + (i % 8)).forEach((byte, at) => (broken[(byte * 7 + at * i) % broken.length] = byte));
      try {
        read([i % 2 ? broken : randomBytes(i)]);
      } catch (error) {
        expect(error).toBeInstanceOf(RtmpProtocolError);
      }
    }
  });
});
