/** What participants and mixers need of the members they receive, and say of the pictures they want. */
import type { MasKind, WantedPicture } from '../../contracts';
import type { PublishedTrack } from '../webrtc/receive/published-track';

export interface ForwardedMember {
  memberId: string;
  userId: string;
  /** What is to be forwarded of that kind now. */
  forwarded(kind: MasKind): PublishedTrack | null;
}

/** By user, in pixels. */
export function heightsOf(pictures: readonly WantedPicture[]): ReadonlyMap<string, number> {
  return new Map(pictures.map(({ userId, height }) => [userId, height]));
}
