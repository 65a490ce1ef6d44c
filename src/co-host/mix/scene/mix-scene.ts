import type { CoHostMemberView, CoHostState, Layout, MixOutput } from '../../../contracts';
import type { MixSeat, VideoSnapshot } from '../../../media/contract';

/** The mix follows the host's own stream between these sizes in pixels. */
const MIN_SIDE = 160;
const MAX_SIDE = 1920;
const MAX_FPS = 60;
const MIN_FPS = 5;

type Seat = CoHostMemberView;

/**
 * Seats in the mix. While connecting: everybody expected, so the mixer waits for them. Once live, guests get their
 * tiles when they are in the call, not when they were accepted. Hosts keep their place as long as they have their seat;
 * while they are away, it shows a placeholder.
 */
export function mixSeats(state: CoHostState, members: readonly Seat[]): MixSeat[] {
  return members
    .filter(
      (m) => m.state === 'on-air' || (m.state === 'invited' && (state === 'connecting' || m.role === 'host')),
    )
    .sort((a, b) => a.seat - b.seat)
    .map(({ userId, name, seat, audio, video, gain }) => ({ userId, name, seat, audio, video, gain }));
}

/**
 * What the mix of a session shows: its own people in its layout, or the people of both sessions of a pair side by side.
 * @param others of the paired session; null: there is none
 */
export function mixScene(
  { state, layout }: { state: CoHostState; layout: Layout },
  own: readonly Seat[],
  others: readonly Seat[] | null,
): { layout: Layout; seats: MixSeat[] } {
  const seats = mixSeats(state, own);
  if (!others) return { layout, seats };
  return { layout: pairLayout(layout), seats: pairSeats(seats, mixSeats(state, others)) };
}

/** PK: what a channel's mix shows of both sessions. Its own people are on the left, with their seats as they are. */
function pairSeats(own: readonly MixSeat[], others: readonly MixSeat[]): MixSeat[] {
  return [
    ...own.map((seat) => ({ ...seat, side: 'left' as const })),
    ...others.map((seat) => ({ ...seat, side: 'right' as const })),
  ];
}

/** PK: side by side, with fit and background of the session's own layout. */
function pairLayout({ fit, background }: Layout): Layout {
  return { kind: 'side-by-side', fit, background };
}

/**
 * Output of the mix: the channel's, but with colours, size and rate of the host's own stream if they are known and sane,
 * so the hand-over changes as little as possible. The GOP keeps its length in seconds.
 * @param host pixels and frames/s; fps 0: unknown
 */
export function mixOutput(channel: MixOutput, host: HostPicture | null | undefined): MixOutput {
  if (!host) return channel;
  const colour = channel.colour ?? host.colour;
  const output = colour ? { ...channel, colour } : channel;
  if (!isSaneSide(host.width) || !isSaneSide(host.height)) return output;
  const rate = Math.round(host.fps);
  const fps = rate >= MIN_FPS && rate <= MAX_FPS ? rate : channel.fps;
  const gop = Math.max(1, Math.round((channel.gop / channel.fps) * fps));
  return { ...output, width: host.width, height: host.height, fps, gop };
}

/** What is known of the host's own stream. */
type HostPicture = Pick<VideoSnapshot, 'width' | 'height' | 'fps' | 'colour'>;

function isSaneSide(pixels: number): boolean {
  return Number.isInteger(pixels) && pixels % 2 === 0 && pixels >= MIN_SIDE && pixels <= MAX_SIDE;
}
