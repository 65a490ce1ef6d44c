/** Contract between a mix worker (control) and its mixer process: messages over the fork's IPC channel. */
import type { Layout, LayoutSide, MixOutput, MixRelief } from '../../contracts';

export interface MixSeat {
  userId: string;
  name: string;
  /** 0 is the host. */
  seat: number;
  /** false: hidden or silenced by conference control. */
  audio: boolean;
  video: boolean;
  /** What their sound is multiplied by, 0 to 2. */
  gain: number;
  /** Id of the picture that is shown while their camera is off; absent: they have none. */
  avatar?: string;
  /** PK: in whose half they are; each side has a host's seat. */
  side?: LayoutSide;
}

/**
 * What should be mixed. `version` rises with every change of `layout`, `seats`, `output` or `conferenceId`, and when
 * another media node has the conference or the channel; tokens in `egress` and `target` are fresh in each version.
 */
export interface MixSpec {
  taskId: string;
  conferenceId: string;
  version: number;
  seats: MixSeat[];
  layout: Layout;
  output: MixOutput;
  /** Default: `x264`; it is taken as well where the other one can't be opened. */
  encoder?: EncoderKind;
  /** Egress WebSocket of the media node and the token for its first message. */
  egress: { url: string; token: string };
  /** RTMP address of the channel on the hub, signed, role mix. */
  target: string;
  /**
   * The push begins when every seat has delivered a decoded frame or sound, but at the latest this many ms after
   * the first one did.
   */
  startTimeoutMs: number;
}

/** What encodes a mix: libx264, or a graphics card by NVENC or VAAPI. */
export type EncoderKind = 'x264' | 'nvenc' | 'vaapi';

export type MixCommand =
  | { type: 'apply'; spec: MixSpec }
  /** Comes once, before the first spec that names it. `file`: PNG or JPEG, Base64. */
  | { type: 'image'; id: string; file: string }
  | { type: 'stop' }
  /** To a process without a mix: tries the encoders one after another, until one works. */
  | { type: 'probe'; kinds: readonly EncoderKind[] };

/**
 * Ids of the pictures that a spec names. A mixer keeps those of the last one that it was given. Some may not be there (any
 * more): they are left out of the mix.
 */
export function picturesOf({ layout, seats }: Pick<MixSpec, 'layout' | 'seats'>): {
  images: string[];
  avatars: string[];
  all: string[];
} {
  const given = (id: string | undefined) => (id === undefined ? [] : [id]);
  const images = [...given(layout.backgroundImage), ...given(layout.watermark?.image)];
  const avatars = seats.flatMap(({ avatar }) => given(avatar));
  return { images, avatars, all: [...images, ...avatars] };
}

/** Counters are totals since the process started. */
export interface MixStatistics {
  framesOut: number;
  framesDropped: number;
  inputs: number;
  packetsLost: number;
  keyframeRequests: number;
  reconnects: number;
  /** CPU time of the process. */
  cpuMs: number;
  rssBytes: number;
  /** Largest time between two output frames, ms. */
  maxFrameGapMs: number;
}

/**
 * Node's flags for a mixer's process. V8 takes packets, which lie outside its heap, for a reason to collect all of it,
 * once a second with nine inputs; from a heap of this size on it doesn't. MiB; the mixer's own is some 15.
 */
export const MIXER_FLAGS = ['--initial-old-space-size=128'];

/** Between two signs of life of a mixer process, ms. */
export const MIXER_ALIVE_MS = 250;

export type MixReport =
  /** Every MIXER_ALIVE_MS, as soon as the process is loaded. */
  | { type: 'alive' }
  /** `ready`: process up. `running`: RTMP accepts the mix. `retrying`: push lost, trying again. */
  | { type: 'state'; state: 'ready' | 'running' | 'retrying'; version: number }
  | { type: 'applied'; version: number }
  | { type: 'statistics'; statistics: MixStatistics }
  /** The first encoder that works, null where none does, and what is wrong with those before it. */
  | { type: 'probed'; kind: EncoderKind | null; failures: Partial<Record<EncoderKind, string>> }
  /** The mix is too busy for what it should be, or less so than before. */
  | { type: 'relief'; taken: MixRelief[] }
  /** Last message; the process then exits with 0 after `stop`, else 1. */
  | { type: 'ended'; code: 'stopped' | 'refused' | 'egress_lost' | 'internal'; detail: string };

/** What a picture of a layout shows: test pictures instead of cameras. */
export interface MixPreviewSpec {
  layout: Layout;
  output: Pick<MixOutput, 'width' | 'height' | 'colour'>;
  /** `screen`: they share one. */
  seats: (Omit<MixSeat, 'gain'> & { screen: boolean })[];
  /** PNG or JPEG by id: the layout's images that are there. */
  images: Record<string, Uint8Array>;
}

/** Answer of the process that draws previews to one MixPreviewSpec; it sends one for each, in order. */
export type MixPreviewReport = { png: Uint8Array } | { error: string };
