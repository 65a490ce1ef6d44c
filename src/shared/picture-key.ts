import type { VideoSource } from '../contracts';

/** One of a user's pictures. */
export interface PictureName {
  userId: string;
  /** Absent: the camera. */
  source?: VideoSource;
}

/** The same for the same picture, and for no other. */
export function pictureKey({ userId, source = 'camera' }: PictureName): string {
  return `${source} ${userId}`;
}
