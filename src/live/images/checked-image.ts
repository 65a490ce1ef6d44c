import { createHash } from 'node:crypto';
import type { ImageType } from '../../contracts';
import { type ImageLimits, type ReadImage, sizeCheck } from './image-rules';
import { readJpeg } from './jpeg';
import { readPng } from './png';

/** As it was sent. */
export interface SentImage {
  /** As its sender calls it. */
  mediaType: ImageType;
  bytes: Buffer;
}

/** A picture as it is kept. */
export interface CheckedImage extends ReadImage {
  mediaType: ImageType;
  sha256: Buffer;
}

/**
 * Makes sure that a picture is what its sender calls it, whole, and nothing that unpacks to more than its header says.
 * Nothing is decoded here: that is left to processes that hold no secrets.
 * @throws DomainError image_invalid, image_too_large
 */
export async function checkImage(
  { mediaType, bytes: sent }: SentImage,
  limits: ImageLimits,
): Promise<CheckedImage> {
  const read = mediaType === 'image/png' ? readPng : readJpeg;
  const image = await read(sent, sizeCheck(limits));
  return { ...image, mediaType, sha256: createHash('sha256').update(image.bytes).digest() };
}
