import { isUUID } from 'class-validator';
import { z } from 'zod';
import type { RelayTrouble, StreamAudio, StreamVideo } from '../contracts';
import type {
  ChannelSnapshot,
  NodeReport,
  NumberedSnapshot,
  PublisherSnapshot,
  RelaySnapshot,
  StreamSnapshot,
  VideoSnapshot,
} from '../media/contract';
import { canonicalId, DomainError } from '../platform/common';

/** Of Postgres' integer. */
const MAX_COUNT = 2_147_483_647;
/** More than fit into a body. The viewers of all of them together are below MAX_COUNT. */
const MAX_CHANNELS = 10_000;
const MAX_VIEWERS = 200_000;
const MAX_URL = 512;

const count = z.number().int().min(0).max(MAX_COUNT);
const text = z.string().max(128);
const name = text.min(1);
const id = z.string().refine(isUUID, 'not an id').transform(canonicalId);
/** Pixels, and port numbers. */
const size = z.number().int().min(0).max(65_535);
const url = (scheme: RegExp) => z.string().max(MAX_URL).regex(scheme);

/** Of every property there is, those too that may be left out: what isn't named here is dropped. */
type Shape<T> = { [K in keyof Required<T>]: z.ZodType };

const TROUBLES: Record<RelayTrouble, true> = {
  ...{ unreachable: true, no_answer: true, refused: true, address_refused: true },
  ...{ lost: true, too_slow: true, loop: true },
};

const publisher = z.object({
  role: z.enum(['host', 'mix']),
  epoch: count,
  active: z.boolean(),
  ready: z.boolean().optional(),
} satisfies Shape<PublisherSnapshot>);

const relay = z.object({
  state: z.enum(['idle', 'connecting', 'live', 'retrying']),
  reason: z.enum(Object.keys(TROUBLES) as RelayTrouble[]).nullable(),
  dropped: z.number().int().min(0),
  sessions: z.number().int().min(0),
} satisfies Shape<RelaySnapshot>);

const video = z.object({
  width: size,
  height: size,
  fps: z.number().min(0).max(1000),
  keyframeIntervalMs: count.optional(),
  colour: z.enum(['bt601', 'bt709']).optional(),
} satisfies Shape<VideoSnapshot>);

const bitrate = z.number().min(0).max(MAX_COUNT);

const stream = z.object({
  transport: z.enum(['rtmp', 'whip']),
  video: z
    .object({
      ...{ codec: z.literal('h264'), profile: text, width: size, height: size },
      ...{ fps: z.number().min(0).max(1000), bitrate },
    } satisfies Shape<StreamVideo>)
    .nullable(),
  audio: z
    .object({
      codec: z.literal('aac'),
      ...{ sampleRate: count, channels: count, bitrate },
    } satisfies Shape<StreamAudio>)
    .nullable(),
  usualBitrate: bitrate.nullable(),
  warnings: z.array(z.enum(['b_frames', 'no_sound', 'no_picture', 'low_bitrate'])).max(8),
} satisfies Shape<StreamSnapshot>);

const channel = z.object({
  channelId: id,
  source: z.enum(['none', 'host', 'mix']),
  epoch: count,
  publishers: z.array(publisher),
  viewers: count.max(MAX_VIEWERS),
  // It is what a publisher's encoder says: nonsense there must not void what the node says of all the others.
  video: video.nullable().catch(null),
  stream: stream.nullable().catch(null).optional(),
  settings: text,
  relay: relay.nullable(),
} satisfies Shape<ChannelSnapshot>);

const member = z.object({
  memberId: id,
  userId: name,
  connected: z.boolean(),
  audio: z.boolean(),
  video: z.boolean(),
  permissions: count,
});

const identity = z.object({ bootId: name });

const numberedSnapshot = identity.extend({
  seq: count,
  snapshot: z.object({
    channels: z.array(channel).max(MAX_CHANNELS),
    conferences: z.array(z.object({ conferenceId: id, members: z.array(member) })),
  }),
});

const event = z.discriminatedUnion('type', [
  channel.extend({ type: z.literal('channel') }),
  member.extend({ type: z.literal('member'), conferenceId: id }),
]);

const report = numberedSnapshot.extend({
  mediaUrl: url(/^https?:\/\/\S+$/),
  rtmpUrl: url(/^rtmps?:\/\/\S+$/),
  controlUrl: url(/^https?:\/\/\S+$/),
  rtmpPort: size,
  load: z.number().transform((share) => Math.min(Math.max(share, 0), 1)),
  events: z.array(z.object({ seq: count, event })),
});

/** What a node reports; a node may have been taken over by somebody. @throws DomainError invalid_input */
export function readReport(value: unknown): NodeReport {
  return read(report, value);
}

/** What a node answers when it is asked for its snapshot. @throws DomainError invalid_input */
export function readSnapshot(value: unknown): NumberedSnapshot {
  return read(numberedSnapshot, value);
}

/** What a node answers when it is asked who it is. @throws DomainError invalid_input */
export function readIdentity(value: unknown): { bootId: string } {
  return read(identity, value);
}

/** Properties that this version doesn't know are left out: a newer node may have more. */
function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  const reason = `${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'not valid'}`;
  throw new DomainError('invalid_input', { reason });
}
