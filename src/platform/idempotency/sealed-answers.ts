import { Inject, Injectable } from '@nestjs/common';
import { SealedBox } from '../common';
import { CONFIG, type RuntimeConfig } from '../config';

/** What is repeated to a client that asks again with the same key. */
export interface Answer {
  status: number;
  /** undefined: without a body */
  body?: unknown;
  /** `Location`, where the answer had one. */
  location?: string;
}

/** Answers as they are stored. */
@Injectable()
export class SealedAnswers {
  private readonly box: SealedBox;

  constructor(@Inject(CONFIG) config: RuntimeConfig) {
    this.box = new SealedBox(config, 'idempotency');
  }

  seal(answer: Answer): Buffer {
    return this.box.seal(JSON.stringify(answer));
  }

  /** null where it was sealed under a secret that isn't there any more. */
  open(sealed: Buffer): Answer | null {
    try {
      return JSON.parse(this.box.open(sealed)) as Answer;
    } catch {
      return null;
    }
  }
}
