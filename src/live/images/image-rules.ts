import { DomainError } from '../../platform/common';

/** What may be uploaded: bytes as sent, pixels of the longer side. */
export interface ImageLimits {
  bytes: number;
  side: number;
}

export const IMAGE_LIMITS: ImageLimits = { bytes: 2 << 20, side: 4096 };
export const AVATAR_LIMITS: ImageLimits = { bytes: 512 << 10, side: 1024 };

interface ImageSize {
  /** Pixels. */
  width: number;
  height: number;
}

/** A picture whose structure was read to its end. */
export interface ReadImage extends ImageSize {
  /** Without what nobody needs to draw it, which may be private, or large once it is unpacked. */
  bytes: Buffer;
}

/** Looks at the size as soon as it is known, before any work is done. @throws DomainError image_too_large */
export type SizeCheck = (size: ImageSize) => void;

export function sizeCheck({ side }: ImageLimits): SizeCheck {
  return ({ width, height }) => {
    if (Math.max(width, height) > side) throw new DomainError('image_too_large', { limit: side });
  };
}

export function invalidImage(reason: string): DomainError {
  return new DomainError('image_invalid', { reason });
}
