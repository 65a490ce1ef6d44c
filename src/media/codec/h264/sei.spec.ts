import { randomBytes } from 'node:crypto';
import { removeEmulationPrevention } from './emulation-prevention';
import { userDataSei } from './sei';

const UUID = Buffer.from('4c69616e6d614973a5737472656d6d73', 'hex');

/** As a player reads it. */
function read(nal: Buffer): Buffer {
  const rbsp = removeEmulationPrevention(nal.subarray(1));
  let [at, size] = [1, 0];
  while (rbsp[at] === 0xff) [at, size] = [at + 1, size + 0xff];
  size += rbsp[at++]!;
  const payload = rbsp.subarray(at, at + size);
  expect([rbsp[0], payload.subarray(0, 16)]).toEqual([5, UUID]);
  expect(rbsp.subarray(at + size)).toEqual(Buffer.from([0x80]));
  return payload.subarray(16);
}

describe('user data in SEI', () => {
  it.each([0, 1, 238, 239, 240, 494, 495, 4096])('comes back as it was: %i bytes', (length) => {
    const data = randomBytes(length);
    expect(read(userDataSei(UUID, data))).toEqual(data);
  });

  it('holds no start code, whatever its content', () => {
    for (const byte of [0, 1, 2, 3]) {
      const data = Buffer.concat([Buffer.alloc(50), Buffer.from([byte]), Buffer.alloc(50)]);
      const nal = userDataSei(UUID, data);
      for (const code of ['000000', '000001', '000002'])
        expect(nal.includes(Buffer.from(code, 'hex'))).toBe(false);
      expect(read(nal)).toEqual(data);
    }
  });

  it('is as the standard has it', () => {
    expect(userDataSei(UUID, Buffer.from('hi')).toString('hex')).toBe(
      '060512' + UUID.toString('hex') + '6869' + '80',
    );
  });
});
