/** What encoders in the field do differently from others: each makes other messages of a stream's. */
import {
  aacConfigBody,
  avcConfigBody,
  FLV_AUDIO,
  FLV_SCRIPT,
  FLV_VIDEO,
} from '../../../src/media/codec/flv/flv';
import { joinAvcc, splitAvcc } from '../../../src/media/codec/h264/h264';
import { seededRandom } from '../property/seeded-random';
import type { Tag } from './marked-stream';

export type Oddity = (tags: Tag[]) => Tag[];

const AVC_FRAME = 1;
const SEI = Buffer.from('06051100010203040506070809101112131415418080', 'hex');
const AUD = Buffer.from([0x09, 0x30]);
/** NAL unit header, first_mb_in_slice 0, slice_type P. */
const INTER_SLICE = Buffer.from([0x61, 0xc0]);

const isVideo = ({ type, body }: Tag): boolean => type === FLV_VIDEO && (body[0]! & 0x0f) === 7;
const isPicture = (tag: Tag): boolean => isVideo(tag) && tag.body[1] === AVC_FRAME;
const isHeader = ({ type, body }: Tag): boolean =>
  (type === FLV_AUDIO || type === FLV_VIDEO) && body[1] === 0;
const isKeyframe = (tag: Tag): boolean => isPicture(tag) && tag.body[0]! >> 4 === 1;
const nalsOf = ({ body }: Tag): Buffer[] => splitAvcc(body.subarray(5));
const withData = (tag: Tag, data: Buffer): Tag => ({
  ...tag,
  body: Buffer.concat([tag.body.subarray(0, 5), data]),
});
const pictures =
  (change: (tag: Tag) => Tag | Tag[]): Oddity =>
  (tags) =>
    tags.flatMap((tag) => (isPicture(tag) ? change(tag) : tag));

export const oddity = {
  none: (tags: Tag[]) => tags,
  /** Empty NAL units before, between and behind the others. */
  emptyNals: pictures((tag) => {
    const empty = Buffer.alloc(0);
    return withData(tag, joinAvcc([empty, ...nalsOf(tag).flatMap((nal) => [nal, empty])]));
  }),
  /** A message of its own for SEI, after each picture. */
  seiOnly: pictures((tag) => [
    tag,
    withData({ ...tag, body: Buffer.from([0x27, 1, 0, 0, 0]) }, joinAvcc([SEI])),
  ]),
  /** The same, said to be a keyframe, before the first real one. */
  seiKeyframe: (tags: Tag[]) => {
    const first = tags.findIndex(isKeyframe);
    return tags.toSpliced(first, 0, withData(tags[first]!, joinAvcc([SEI])));
  },
  /** Every keyframe but the first one is an inter picture: its pictures are refreshed bit by bit. */
  intraRefresh: (tags: Tag[]) => {
    const first = tags.find(isKeyframe);
    return pictures((tag) => {
      if (!isKeyframe(tag) || tag === first) return tag;
      const [slice] = nalsOf(tag);
      return withData(tag, joinAvcc([SEI, Buffer.concat([INTER_SLICE, slice!.subarray(1)])]));
    })(tags);
  },
  /** Parameter sets in a message of their own before each keyframe. */
  setsAlone: pictures((tag) =>
    isKeyframe(tag) ? [withData(tag, joinAvcc([Buffer.from([0x67, 1]), Buffer.from([0x68, 2])])), tag] : tag,
  ),
  /** One NAL unit that holds the others with start codes between them. */
  merged: pictures((tag) => {
    const startCode = Buffer.from([0, 0, 0, 1]);
    const whole = [SEI, ...nalsOf(tag)].flatMap((nal, i) => (i > 0 ? [startCode, nal] : [nal]));
    return withData(tag, joinAvcc([Buffer.concat(whole)]));
  }),
  twoDelimiters: pictures((tag) => withData(tag, joinAvcc([AUD, AUD, ...nalsOf(tag)]))),
  /** Start codes in the place of lengths. */
  annexB: pictures((tag) =>
    withData(tag, Buffer.concat(nalsOf(tag).flatMap((nal) => [Buffer.from([0, 0, 0, 1]), nal]))),
  ),
  tailJunk: pictures((tag) => ({ ...tag, body: Buffer.concat([tag.body, Buffer.alloc(3)]) })),
  /** NAL unit lengths of 1 or 2 bytes. */
  shortLengths:
    (bytes: 1 | 2): Oddity =>
    (tags) =>
      tags.map((tag) => {
        const size = ({ length }: Buffer) => Buffer.from([length >> 8, length & 0xff]).subarray(2 - bytes);
        if (isPicture(tag))
          return withData(tag, Buffer.concat(nalsOf(tag).flatMap((nal) => [size(nal), nal])));
        if (!isVideo(tag)) return tag;
        const body = Buffer.from(tag.body);
        body[9] = 0xfc | (bytes - 1);
        return { ...tag, body };
      }),
  /** So many slices in each picture; the last one carries the mark. */
  slices: (count: number): Oddity =>
    pictures((tag) => {
      const [slice] = nalsOf(tag);
      const others = Array.from({ length: count - 1 }, () => slice!.subarray(0, 20));
      return withData(tag, joinAvcc([...others, slice!]));
    }),
  /** Its parameter sets before the slices of every keyframe, as cameras send them. */
  setsInBand: pictures((tag) =>
    isKeyframe(tag)
      ? withData(tag, joinAvcc([Buffer.from([0x67, 1]), Buffer.from([0x68, 2]), ...nalsOf(tag)]))
      : tag,
  ),
  /** Keyframes from here to there, ms, are this large, bytes. */
  largeKeyframes: (bytes: number, fromMs: number, toMs: number): Oddity =>
    pictures((tag) => {
      if (!isKeyframe(tag) || tag.at < fromMs || tag.at >= toMs) return tag;
      const [slice] = nalsOf(tag);
      return withData(
        tag,
        joinAvcc([Buffer.concat([slice!.subarray(0, 1), Buffer.alloc(bytes, 0xff), slice!.subarray(1)])]),
      );
    }),
  /** Another decoder configuration from the beginning, or from a keyframe on, ms. */
  configured:
    (record: Buffer, fromMs = 0): Oddity =>
    (tags) => {
      const header = (at: number): Tag => ({ type: FLV_VIDEO, at, body: avcConfigBody(record) });
      if (fromMs === 0) return tags.map((tag) => (isHeader(tag) && isVideo(tag) ? header(0) : tag));
      return tags.flatMap((tag) => (isKeyframe(tag) && tag.at === fromMs ? [header(tag.at), tag] : tag));
    },
  /** No sound before this time, ms, its header neither. */
  soundAfter:
    (ms: number): Oddity =>
    (tags) => {
      const header = tags.find((tag) => tag.type === FLV_AUDIO && isHeader(tag));
      const first = tags.find((tag) => tag.type === FLV_AUDIO && !isHeader(tag) && tag.at >= ms);
      return tags.flatMap((tag) => {
        if (tag === first) return [{ ...header!, at: tag.at }, tag];
        return tag.type === FLV_AUDIO && (isHeader(tag) || tag.at < ms) ? [] : tag;
      });
    },
  noSoundHeader: (tags: Tag[]) => tags.filter((tag) => tag.type !== FLV_AUDIO || !isHeader(tag)),
  noVideoHeader: (tags: Tag[]) => tags.filter((tag) => !(isHeader(tag) && isVideo(tag))),
  /** Another AudioSpecificConfig. */
  soundConfigured:
    (config: string): Oddity =>
    (tags) =>
      tags.map((tag) =>
        tag.type === FLV_AUDIO && isHeader(tag)
          ? { ...tag, body: aacConfigBody(Buffer.from(config, 'hex')) }
          : tag,
      ),
  noVideo: (tags: Tag[]) => tags.filter(({ type }) => type !== FLV_VIDEO),
  /** Its header again before every keyframe. */
  headerAgain: (tags: Tag[]) => {
    const header = tags.find((tag) => isHeader(tag) && isVideo(tag))!;
    return tags.flatMap((tag) => (isKeyframe(tag) ? [{ ...header, at: tag.at }, tag] : tag));
  },
  /** Command frames, and messages without a byte in them. */
  nothingToSay: pictures((tag) => [
    { ...tag, body: Buffer.from([0x57, 0]) },
    { ...tag, body: Buffer.alloc(0) },
    { ...tag, type: FLV_AUDIO, body: Buffer.alloc(0) },
    tag,
  ]),
  /** Headers without anything in them before the real ones. */
  emptyHeaders: (tags: Tag[]) =>
    tags.flatMap((tag) => {
      const bytes = tag.type === FLV_VIDEO ? 5 : 2;
      return isHeader(tag) ? [{ ...tag, body: tag.body.subarray(0, bytes) }, tag] : tag;
    }),
  badAudioHeader: (tags: Tag[]) =>
    tags.map((tag) =>
      tag.type === FLV_AUDIO && isHeader(tag) ? { ...tag, body: Buffer.from([0xaf, 0, 0, 0]) } : tag,
    ),
  noAudio: (tags: Tag[]) => tags.filter(({ type }) => type !== FLV_AUDIO),
  noMetadata: (tags: Tag[]) => tags.filter(({ type }) => type === FLV_VIDEO || type === FLV_AUDIO),
  /** Another data message in the place of its metadata. */
  metadata:
    (body: Buffer): Oddity =>
    (tags) =>
      tags.map((tag) => (tag.type === FLV_SCRIPT ? { ...tag, body } : tag)),
  /** Sound in another codec. @param first byte of an audio message, then what follows it */
  sound:
    (first: number, ...rest: number[]): Oddity =>
    (tags) =>
      tags.flatMap((tag) => {
        if (tag.type !== FLV_AUDIO) return tag;
        return isHeader(tag)
          ? []
          : { ...tag, body: Buffer.concat([Buffer.from([first, ...rest]), tag.body]) };
      }),
  /** Its picture by enhanced RTMP, as another codec or as what it is. */
  fourCc:
    (name: string): Oddity =>
    (tags) =>
      tags.map((tag) => {
        if (!isVideo(tag)) return tag;
        const { body } = tag;
        const head = Buffer.from([0x80 | (body[0]! & 0x70) | Math.min(body[1]!, 2)]);
        // A coded frame has its composition time, a header hasn't.
        return {
          ...tag,
          body: Buffer.concat([head, Buffer.from(name), body.subarray(body[1] === 1 ? 2 : 5)]),
        };
      }),
  /** Its sound by enhanced RTMP. */
  soundFourCc:
    (name: string): Oddity =>
    (tags) =>
      tags.map((tag) => {
        if (tag.type !== FLV_AUDIO) return tag;
        const head = Buffer.concat([Buffer.from([0x90 | tag.body[1]!]), Buffer.from(name)]);
        return { ...tag, body: Buffer.concat([head, tag.body.subarray(2)]) };
      }),
  /** H.264's place taken by another of FLV's numbers. */
  codecId:
    (id: number): Oddity =>
    (tags) =>
      tags.map((tag) => {
        if (!isVideo(tag)) return tag;
        return {
          ...tag,
          body: Buffer.concat([Buffer.from([(tag.body[0]! & 0xf0) | id]), tag.body.subarray(1)]),
        };
      }),
  /** Pictures are to be shown so much later than they were, ms. */
  compositionShift: (ms: number): Oddity =>
    pictures((tag) => {
      const body = Buffer.from(tag.body);
      body.writeIntBE(body.readIntBE(2, 3) + ms, 2, 3);
      return { ...tag, body };
    }),
  /** From a time on the clock is another, ms. */
  jump:
    (fromMs: number, byMs: number): Oddity =>
    (tags) =>
      tags.map((tag) => (tag.at >= fromMs ? { ...tag, at: tag.at + byMs } : tag)),
  startsAt:
    (ms: number): Oddity =>
    (tags) =>
      tags.map((tag) => ({ ...tag, at: tag.at + ms })),
  /** Sound that is said to come so much later than it does, ms. */
  audioLater:
    (ms: number): Oddity =>
    (tags) =>
      tags.map((tag) => (tag.type === FLV_AUDIO ? { ...tag, at: tag.at + ms } : tag)),
  /** Bytes changed here and there in the pictures. */
  damaged: (seed: number): Oddity => {
    const random = seededRandom(seed);
    return pictures((tag) => {
      const body = Buffer.from(tag.body);
      if (random() < 0.3) body[5 + Math.floor(random() * (body.length - 5))] = random() * 256;
      return { ...tag, body };
    });
  },
};
