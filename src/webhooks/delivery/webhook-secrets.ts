import { Inject, Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { SealedBox } from '../../platform/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';

/** Endpoints' secrets as they are stored. */
@Injectable()
export class WebhookSecrets extends SealedBox {
  constructor(@Inject(CONFIG) config: RuntimeConfig) {
    super(config, 'webhook-secrets');
  }

  /** A new secret, as its owner sees it, once. */
  make(): string {
    return `whsec_${randomBytes(32).toString('base64url')}`;
  }
}
