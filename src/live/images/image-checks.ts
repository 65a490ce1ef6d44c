import { Injectable } from '@nestjs/common';
import type { Caller } from '../../auth';
import { SerialQueue } from '../../platform/common';
import { checkImage, type CheckedImage, type SentImage } from './checked-image';
import type { ImageLimits } from './image-rules';

/** Pictures of one user that are checked, or wait for that. */
const MAX_WAITING = 8;

/** Unpacking 64 MiB takes some time: each user has one picture checked at a time. */
@Injectable()
export class ImageChecks {
  private readonly turns = new SerialQueue(MAX_WAITING);

  /** @throws DomainError image_invalid, image_too_large, rate_limited */
  run({ userId }: Caller, sent: SentImage, limits: ImageLimits): Promise<CheckedImage> {
    return this.turns.run(userId, () => checkImage(sent, limits));
  }
}
