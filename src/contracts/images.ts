/** Pictures that people upload for their mixes. Types only. */

export type ImageType = 'image/png' | 'image/jpeg';

/** A picture of a channel, which its layout may name. */
export interface ImageView {
  id: string;
  mediaType: ImageType;
  /** Pixels. */
  width: number;
  height: number;
  /** Size of what is kept, bytes. */
  size: number;
  /** Of what is kept, hexadecimal. */
  sha256: string;
  createdAt: string;
}

/** The caller's own picture, shown in their tile of a mix while their camera is off. */
export interface AvatarView {
  /** Another one with each upload. */
  id: string;
  mediaType: ImageType;
  width: number;
  height: number;
  size: number;
}
