/** AMF0, the encoding of RTMP commands and FLV script data (amf0-file-format-specification, sections 2.2 - 2.18). */

export type AmfValue = number | string | boolean | null | undefined | AmfValue[] | AmfObject;
export interface AmfObject {
  [key: string]: AmfValue;
}

/** Malformed, truncated or too deeply nested AMF0. */
export class AmfError extends Error {}

const MAX_DEPTH = 8;
const MAX_ENTRIES = 1024;

/**
 * Decodes all values in `data`.
 * @throws AmfError on truncated or unknown data, on nesting deeper than 8 and on more than 1024 entries in all.
 */
export function decodeAmf0(data: Buffer): AmfValue[] {
  const reader = new Amf0Reader(data);
  const values: AmfValue[] = [];
  while (!reader.atEnd) values.push(reader.value(0));
  return values;
}

/** Encodes values one after the other; plain objects become AMF objects, `ecmaArray(…)` an ECMA array. */
export function encodeAmf0(values: (AmfValue | EcmaArray)[]): Buffer {
  return Buffer.concat(values.map(encodeValue));
}

/** Marks an object to be written as an ECMA array (type 8), as onMetaData is. */
export class EcmaArray {
  constructor(readonly entries: AmfObject) {}
}

class Amf0Reader {
  private offset = 0;
  private entries = 0;

  constructor(private readonly data: Buffer) {}

  get atEnd(): boolean {
    return this.offset >= this.data.length;
  }

  value(depth: number): AmfValue {
    if (depth > MAX_DEPTH) throw new AmfError('AMF0 nested too deeply');
    if (++this.entries > MAX_ENTRIES) throw new AmfError('AMF0 with too many entries');
    const type = this.take(1)[0];
    switch (type) {
      case 0x00:
        return this.take(8).readDoubleBE(0);
      case 0x01:
        return this.take(1)[0] !== 0;
      case 0x02:
        return this.string(this.take(2).readUInt16BE(0));
      case 0x03:
        return this.object(depth);
      case 0x05:
        return null;
      case 0x06:
        return undefined;
      case 0x08:
        this.take(4); // the count is only a hint: an end marker follows all the same
        return this.object(depth);
      case 0x0a:
        return this.array(depth);
      case 0x0b:
        return this.take(10).readDoubleBE(0); // a date: ms since 1970; the time zone is reserved
      case 0x0c:
        return this.string(this.take(4).readUInt32BE(0));
      default:
        throw new AmfError(`AMF0 type ${type} is not supported`);
    }
  }

  private object(depth: number): AmfObject {
    // No prototype: a key like "__proto__" is only a key.
    const object = Object.create(null) as AmfObject;
    for (;;) {
      const key = this.string(this.take(2).readUInt16BE(0));
      if (key === '' && this.data[this.offset] === 0x09) {
        this.offset += 1;
        return object;
      }
      object[key] = this.value(depth + 1);
    }
  }

  private array(depth: number): AmfValue[] {
    const count = this.take(4).readUInt32BE(0);
    if (count > MAX_ENTRIES) throw new AmfError('AMF0 with too many entries');
    return Array.from({ length: count }, () => this.value(depth + 1));
  }

  private string(length: number): string {
    return this.take(length).toString('utf8');
  }

  private take(length: number): Buffer {
    const end = this.offset + length;
    if (end > this.data.length) throw new AmfError('AMF0 ends too early');
    const slice = this.data.subarray(this.offset, end);
    this.offset = end;
    return slice;
  }
}

function encodeValue(value: AmfValue | EcmaArray): Buffer {
  if (value === null) return Buffer.from([0x05]);
  if (value === undefined) return Buffer.from([0x06]);
  if (value instanceof EcmaArray) return encodeEcmaArray(value.entries);
  if (Array.isArray(value)) {
    return Buffer.concat([Buffer.from([0x0a]), uint32(value.length), ...value.map(encodeValue)]);
  }
  switch (typeof value) {
    case 'number':
      return encodeNumber(value);
    case 'boolean':
      return Buffer.from([0x01, value ? 1 : 0]);
    case 'string':
      return encodeString(value);
    default:
      return Buffer.concat([Buffer.from([0x03]), encodeEntries(value)]);
  }
}

function encodeNumber(value: number): Buffer {
  const buffer = Buffer.alloc(9);
  buffer.writeDoubleBE(value, 1);
  return buffer;
}

function encodeString(value: string): Buffer {
  const text = Buffer.from(value, 'utf8');
  if (text.length > 0xffff) return Buffer.concat([Buffer.from([0x0c]), uint32(text.length), text]);
  return Buffer.concat([Buffer.from([0x02, text.length >> 8, text.length & 0xff]), text]);
}

function encodeEcmaArray(entries: AmfObject): Buffer {
  return Buffer.concat([Buffer.from([0x08]), uint32(Object.keys(entries).length), encodeEntries(entries)]);
}

function encodeEntries(entries: AmfObject): Buffer {
  const parts: Buffer[] = [];
  for (const [key, value] of Object.entries(entries)) {
    const name = Buffer.from(key, 'utf8');
    parts.push(Buffer.from([name.length >> 8, name.length & 0xff]), name, encodeValue(value));
  }
  parts.push(Buffer.from([0, 0, 0x09]));
  return Buffer.concat(parts);
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}
