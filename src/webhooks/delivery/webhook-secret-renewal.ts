import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CONFIG, type RuntimeConfig } from '../../platform/config';
import { WebhookRepository } from '../webhook.repository';
import { WebhookSecrets } from './webhook-secrets';

/** While AUTH_SECRET changes: at the start, endpoints' secrets are sealed under the new one. */
@Injectable()
export class WebhookSecretRenewal implements OnApplicationBootstrap {
  constructor(
    @Inject(CONFIG) private readonly config: RuntimeConfig,
    private readonly webhooks: WebhookRepository,
    private readonly secrets: WebhookSecrets,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.AUTH_SECRET_PREVIOUS === undefined) return;
    await this.webhooks.sealSecretsAnew((sealed) => this.secrets.sealAnew(sealed));
  }
}
