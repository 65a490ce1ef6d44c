/** What participants and mixers need of the members they receive, and say of the pictures they want. */
import type { MasKind, MasSource, WantedPicture } from '../../contracts';
import { pictureKey } from '../../shared/picture-key';
import type { PublishedTrack } from '../webrtc/receive/published-track';

export interface ForwardedMember {
  memberId: string;
  userId: string;
  /** What is to be forwarded of that source now. */
  forwarded(source: MasSource): PublishedTrack | null;
}

export function kindOf(source: MasSource): MasKind {
  return source === 'microphone' ? 'audio' : 'video';
}

/** How high pictures are shown, pixels; Infinity: it wasn't said. */
export class Heights {
  private readonly byPicture: ReadonlyMap<string, number>;

  constructor(pictures: readonly WantedPicture[] = []) {
    this.byPicture = new Map(pictures.map((picture) => [pictureKey(picture), picture.height]));
  }

  of(userId: string, source: MasSource): number {
    if (source === 'microphone') return Infinity;
    return this.byPicture.get(pictureKey({ userId, source })) ?? Infinity;
  }
}
