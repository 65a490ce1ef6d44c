import { randomBytes } from 'node:crypto';
import { readUserData, userDataSei } from './sei';

const UUID = Buffer.from('4c69616e6d614973a5737472656d6d73', 'hex');

describe('user data in SEI', () => {
  it.each([0, 1, 238, 239, 240, 494, 495, 4096])('comes back as it was: %i bytes', (length) => {
    const data = randomBytes(length);
    expect(readUserData(userDataSei(UUID, data), UUID)).toEqual(data);
  });

  it('holds no start code, whatever its content', () => {
    for (const byte of [0, 1, 2, 3]) {
      const data = Buffer.concat([Buffer.alloc(50), Buffer.from([byte]), Buffer.alloc(50)]);
      const nal = userDataSei(UUID, data);
      for (const code of ['000000', '000001', '000002'])
        expect(nal.includes(Buffer.from(code, 'hex'))).toBe(false);
      expect(readUserData(nal, UUID)).toEqual(data);
    }
  });

  it('is as the standard has it', () => {
    expect(userDataSei(UUID, Buffer.from('hi')).toString('hex')).toBe(
      '060512' + UUID.toString('hex') + '6869' + '80',
    );
  });

  it('of another kind is nobody’s', () => {
    expect(readUserData(userDataSei(Buffer.alloc(16, 7), Buffer.from('hi')), UUID)).toBeNull();
    expect(readUserData(Buffer.from('0601010280', 'hex'), UUID)).toBeNull();
    expect(readUserData(Buffer.from('65888080', 'hex'), UUID)).toBeNull();
    for (let i = 0; i < 500; i++) expect(() => readUserData(randomBytes(i % 40), UUID)).not.toThrow();
  });
});
