import { randomBytes } from 'node:crypto';
import { AmfError, type AmfObject, decodeAmf0, EcmaArray, encodeAmf0 } from './amf0';

describe('AMF0', () => {
  it('reads what it writes', () => {
    const values = [
      'connect',
      1.5,
      true,
      null,
      undefined,
      { app: 'live', nested: { list: [1, 'two'] } },
      'x'.repeat(70_000),
    ];
    expect(decodeAmf0(encodeAmf0(values))).toEqual(values);
    expect(decodeAmf0(encodeAmf0([new EcmaArray({ width: 640 })]))).toEqual([{ width: 640 }]);
  });

  it('reads the bytes of the specification', () => {
    const bytes = Buffer.from('02000568656c6c6f003ff0000000000000010105', 'hex');
    expect(decodeAmf0(bytes)).toEqual(['hello', 1, true, null]);
  });

  it('takes "__proto__" as a key like any other', () => {
    const [object] = decodeAmf0(encodeAmf0([JSON.parse('{"__proto__":{"admin":true}}') as AmfObject]));
    expect(({} as Record<string, unknown>).admin).toBeUndefined();
    expect(Object.keys(object as object)).toEqual(['__proto__']);
  });

  it.each([
    ['a truncated number', Buffer.from([0, 1, 2])],
    ['a truncated string', Buffer.from([2, 0, 9, 0x61])],
    ['an unknown type', Buffer.from([0x42])],
    ['an object without end', Buffer.from([3, 0, 1, 0x61, 5])],
    ['a huge array', Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff])],
    ['deep nesting', Buffer.concat([...Array.from({ length: 50 }, () => Buffer.from([3, 0, 1, 0x61]))])],
    ['too many entries', Buffer.alloc(5000, 5)],
  ])('refuses %s', (_, bytes) => {
    expect(() => decodeAmf0(bytes)).toThrow(AmfError);
  });

  it('throws nothing but AmfError for garbage', () => {
    for (let i = 0; i < 2000; i++) {
      const bytes = randomBytes(i % 60);
      if (bytes.length > 0) bytes[0]! %= 13;
      try {
        decodeAmf0(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(AmfError);
      }
    }
  });
});
