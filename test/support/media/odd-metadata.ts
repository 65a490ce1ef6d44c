import { encodeAmf0 } from '../../../src/media/codec/flv/amf0';

const name = encodeAmf0(['@setDataFrame', 'onMetaData']);
const key = (text: string): Buffer => Buffer.concat([Buffer.from([0, text.length]), Buffer.from(text)]);
const number = (value: number): Buffer => encodeAmf0([value]);
const END = Buffer.from([0, 0, 9]);
const array = (...entries: Buffer[]): Buffer =>
  Buffer.concat([name, Buffer.from([8, 0, 0, 0, 2]), ...entries]);

/** Bodies of data messages as encoders were seen to send them. */
export const oddMetadata: Record<string, Buffer> = {
  'an array whose end never comes': array(key('width'), number(1280), key('height'), number(720)),
  'arrays, dates, long texts and objects in it': array(
    ...[key('list'), encodeAmf0([[1, 'x']]), key('a'), encodeAmf0([null]), key('b'), encodeAmf0([undefined])],
    ...[
      key('d'),
      Buffer.from('0b' + '00'.repeat(10), 'hex'),
      key('l'),
      Buffer.from('0c00000003616263', 'hex'),
    ],
    ...[key('o'), encodeAmf0([{ k: 1 }]), END],
  ),
  'AMF3 behind a marker': Buffer.concat([name, Buffer.from('110a0b010b7769647468048a0001', 'hex')]),
  'codecs by name': Buffer.concat([name, encodeAmf0([{ videocodecid: 'avc1', audiocodecid: 'mp4a' }])]),
  'numbers as texts': Buffer.concat([name, encodeAmf0([{ framerate: '25', width: '1280', height: '' }])]),
  'numbers that are none': Buffer.concat([
    name,
    encodeAmf0([{ framerate: NaN, width: -1, height: Infinity }]),
  ]),
  'without @setDataFrame': encodeAmf0(['onMetaData', { width: 1280, framerate: 25 }]),
  'a text only': encodeAmf0(['onTextData', 'hello']),
  'nothing at all': Buffer.alloc(0),
};
